import { validText } from '../dead-letters/header-encoding.ts';
import { headerName } from '../dead-letters/hops.ts';
import { findJsonSpans } from '../dead-letters/json-spans.ts';
import { jsonDocument, pointerSegments } from '../dead-letters/masks.ts';
import type { LogRecord } from '../kernel/record.ts';

const textOf = (bytes: Uint8Array | null | undefined): string | null =>
  bytes ? validText(bytes) || null : null;

/** The text of a scalar as it stands: a number of any size is not rounded. */
function scalarText(json: string): string | null {
  if (json.startsWith('"')) return (JSON.parse(json) as string) || null;
  return /^-?\d/.test(json) ? json : null;
}

let known: { spec: string; segments: readonly string[]; quoted: string } = {
  spec: '',
  segments: [],
  quoted: '""',
};
/** Of the record before it, mostly; `quoted` is the last one as it stands in a text. */
function pointerOf(spec: string): typeof known {
  if (known.spec === spec) return known;
  const segments = pointerSegments(spec.slice('field:'.length));
  known = { spec, segments, quoted: JSON.stringify(segments.at(-1)) };
  return known;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The string that a pointer names, where the parsed document tells it as surely as the text does: through objects, by a name that the text has once and without
 * escapes, so that there is no other of it. undefined where it does not.
 */
function soleString(parsed: unknown, text: string, { segments, quoted }: typeof known): string | undefined {
  let value = parsed;
  for (const segment of segments) {
    if (segment === '*' || !isObject(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
  }
  if (typeof value !== 'string' || text.includes('\\')) return undefined;
  const at = text.indexOf(quoted);
  return at === -1 || text.indexOf(quoted, at + 1) !== -1 ? undefined : value;
}

/**
 * The value that an effect's idempotency key names in a record: `field:/pointer` into a JSON value (RFC 6901), `header:name` (the last
 * of that name) or `key`. null when it is not there, empty, not text, or there twice with different values: then nobody can say which
 * of them was used.
 */
export function idempotencyKey(
  spec: string,
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
): string | null {
  if (spec === 'key') return textOf(record.key);
  if (spec.startsWith('header:')) {
    const name = spec.slice('header:'.length);
    return textOf(record.headers.findLast((header) => headerName(header) === name)?.value);
  }
  const document = record.value === null ? null : jsonDocument(record.value, validText);
  if (document === null) return null;
  const { text, parsed } = document;
  const pointer = pointerOf(spec);
  const sole = soleString(parsed, text, pointer);
  if (sole !== undefined) return sole || null;
  const [first, ...others] = findJsonSpans(text, [pointer.segments]).map(({ from, to }) =>
    scalarText(text.slice(from, to)),
  );
  return others.every((other) => other === first) ? (first ?? null) : null;
}
