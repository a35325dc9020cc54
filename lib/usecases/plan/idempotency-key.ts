import type { LogRecord } from '#lib/domain/kernel/record.ts';

/** Values larger than this are not parsed: they count as not seen. */
const largestParsedBytes = 1_048_576;
const decoder = new TextDecoder('utf-8', { fatal: true });

function jsonOf(value: Uint8Array | null): unknown {
  if (value === null || value.length > largestParsedBytes) return undefined;
  try {
    return JSON.parse(decoder.decode(value));
  } catch {
    // Not JSON (Avro, text, bytes): the field can't be seen in it, which is the answer.
    return undefined;
  }
}

function atPointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const raw of pointer.split('/').slice(1)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/**
 * Whether a record carries the value that an effect's idempotency key names: `field:/pointer` into a JSON value (RFC 6901), or
 * `header:name`. An empty value is none.
 */
export function carriesKey(spec: string, record: Pick<LogRecord, 'value' | 'headers'>): boolean {
  if (spec.startsWith('header:')) {
    const name = spec.slice('header:'.length);
    const header = record.headers.findLast((each) => new TextDecoder().decode(each.name) === name);
    return header?.value !== null && header !== undefined && header.value.length > 0;
  }
  const found = atPointer(jsonOf(record.value), spec.slice('field:'.length));
  return (typeof found === 'string' && found !== '') || typeof found === 'number';
}
