import { pointerSegments } from '#lib/domain/dead-letters/masks.ts';
import { boundedText } from '#lib/domain/kernel/bounded-text.ts';
import { beginAsking, ProbeFailure } from './asking.ts';
import type { AnswerField, HttpProbeConfig } from './config.ts';
import type { EffectProbe, ProbeAnswer } from './port.ts';

const bodyBytesMax = 65_536;
const keyCharsMax = 512;
const placeholder = '{key}';

const unknown = (why: string): ProbeAnswer => ({ kind: 'unknown', why });

/** @returns null for a key that can't stand in an address as itself */
function addressOf(template: string, key: string): string | null {
  // URLs resolve a dot segment however it is escaped, and would ask something else.
  if (key === '' || key === '.' || key === '..' || key.length > keyCharsMax || !key.isWellFormed())
    return null;
  return template.replace(placeholder, () => encodeURIComponent(key));
}

function scalarAt(document: unknown, pointer: string): string | null {
  let value = document;
  for (const name of pointerSegments(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = Reflect.get(value, name);
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

function readField(field: AnswerField, body: string): ProbeAnswer {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return unknown('its answer is not JSON');
  }
  const found = scalarAt(document, field.pointer);
  if (found === null) return unknown(`its answer has no value at ${field.pointer}`);
  if (field.done.includes(found)) return { kind: 'done' };
  return field.notDone.includes(found)
    ? { kind: 'not_done' }
    : unknown(`its answer says neither done nor not done at ${field.pointer}`);
}

async function askOne(config: HttpProbeConfig, key: string, signal: AbortSignal): Promise<ProbeAnswer> {
  const url = addressOf(config.url, key);
  if (url === null) return unknown("the key can't stand in an address");
  let response: Response;
  try {
    // A redirect would take the headers, and the question, to somewhere that nobody declared.
    response = await fetch(url, { headers: config.headers, redirect: 'manual', signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new ProbeFailure(`it can't be reached (${cause?.code ?? message})`);
  }
  const { status } = response;
  const body = await boundedText(response.body, bodyBytesMax);
  if (body === null) throw new ProbeFailure(`its answer is over ${bodyBytesMax} bytes`);
  if (status >= 500 || status === 429) throw new ProbeFailure(`it answered ${status}`);
  if (config.notDone.includes(status)) return { kind: 'not_done' };
  if (!config.done.includes(status)) return unknown(`it answered ${status}`);
  return config.field === null ? { kind: 'done' } : readField(config.field, body);
}

/** Asks by GET, one request a key. Only the declared address, no redirects, at most 64 KiB of an answer. */
export const createHttpProbe = (config: HttpProbeConfig): EffectProbe => ({
  name: config.name,
  begin: () =>
    beginAsking(
      { ...config, biteKeys: 1 },
      async ([key = ''], signal) => new Map([[key, await askOne(config, key, signal)]]),
    ),
});
