import type { RecordHeader } from '#lib/domain/kernel/record.ts';

/** What kafkajs reads a record's fields with. */
export type FieldDecoder = {
  buffer: Buffer;
  readVarInt(): number;
  readVarIntBytes(): Buffer | null;
  readVarIntArray(reader: (decoder: FieldDecoder) => unknown): unknown[];
};

type Header = RecordHeader & { name: Buffer; value: Buffer | null };
export type HeaderValues = Record<string, Buffer | null | (Buffer | null)[]>;
export type DecodedRecord = { headers: HeaderValues };
export type RecordDecoder = (decoder: FieldDecoder, batch?: object) => DecodedRecord;

/** Where a record's headers have them as the log does: in order, duplicates and all, names as bytes. */
export const exactHeaders: unique symbol = Symbol('exactHeaders');

/** The least that a header takes: lengths of name and value. */
const headerBytes = 2;

/**
 * kafkajs's decoder of records, with headers that take time in proportion to their number: its own copies all headers before each one, so that a
 * record of 20,000 names holds the process up for minutes. The result is the same, save that names such as `constructor` have what the record says and
 * not what every object inherits. @throws Error for headers that can't be there
 */
export function linearHeaders(decode: RecordDecoder): RecordDecoder {
  return (decoder, batch) => {
    // kafkajs reads all that comes before and is told of no headers; it reads them last.
    decoder.readVarIntArray = () => [];
    const record = decode(decoder, batch);
    record.headers = headersOf(readHeaders(decoder));
    return record;
  };
}

function readHeaders(decoder: FieldDecoder): Header[] {
  const count = decoder.readVarInt();
  if (count * headerBytes > decoder.buffer.length)
    throw new Error(`A record of ${decoder.buffer.length} bytes says that it has ${count} headers.`);
  const headers: Header[] = [];
  for (let at = 0; at < count; at++) {
    const name = decoder.readVarIntBytes();
    if (name === null) throw new Error('A record has a header without a name.');
    headers.push({ name, value: decoder.readVarIntBytes() });
  }
  return headers;
}

function headersOf(exact: readonly Header[]): HeaderValues {
  const values = new Map<string, HeaderValues[string]>();
  for (const { name: bytes, value } of exact) {
    const name = bytes.toString();
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else values.set(name, [before, value]);
  }
  // Defines what it is given, `__proto__` too.
  return Object.defineProperty(Object.fromEntries(values), exactHeaders, { value: exact });
}

/** @returns null where the record was not decoded by `linearHeaders` */
export function exactHeadersOf(headers: object | undefined): readonly RecordHeader[] | null {
  return (headers as { [exactHeaders]?: readonly RecordHeader[] } | undefined)?.[exactHeaders] ?? null;
}
