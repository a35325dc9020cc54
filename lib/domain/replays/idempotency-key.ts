import { validText } from '../dead-letters/header-encoding.ts';
import { headerName } from '../dead-letters/hops.ts';
import { findJsonSpans } from '../dead-letters/json-spans.ts';
import { jsonText, pointerSegments } from '../dead-letters/masks.ts';
import type { LogRecord } from '../kernel/record.ts';

const textOf = (bytes: Uint8Array | null | undefined): string | null =>
  bytes ? validText(bytes) || null : null;

/** The text of a scalar as it stands: a number of any size is not rounded. */
function scalarText(json: string): string | null {
  if (json.startsWith('"')) return (JSON.parse(json) as string) || null;
  return /^-?\d/.test(json) ? json : null;
}

let known: { spec: string; pointers: readonly (readonly string[])[] } = { spec: '', pointers: [] };
/** Of the record before it, mostly. */
function pointersOf(spec: string): readonly (readonly string[])[] {
  if (known.spec !== spec) known = { spec, pointers: [pointerSegments(spec.slice('field:'.length))] };
  return known.pointers;
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
  const text = record.value === null ? null : jsonText(record.value, validText);
  if (text === null) return null;
  const [first, ...others] = findJsonSpans(text, pointersOf(spec)).map(({ from, to }) =>
    scalarText(text.slice(from, to)),
  );
  return others.every((other) => other === first) ? (first ?? null) : null;
}
