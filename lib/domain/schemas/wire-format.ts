import { ByteReader } from './byte-reader.ts';
import { Budget } from './limits.ts';
import { PayloadBroken } from './problem.ts';

const headerBytes = 5;
/** Deeper nesting of messages is no schema that a person wrote. */
const indexesMax = 32;

export type Framed = { schemaId: number; body: Uint8Array };

/**
 * The Confluent wire format: a zero byte, the schema's id as four bytes big-endian, then the value. Null for anything else; a zero byte
 * before something else can't be told from it, so that an id must be asked for before it is believed.
 */
export function readFramed(bytes: Uint8Array): Framed | null {
  if (bytes.length < headerBytes || bytes[0] !== 0) return null;
  const schemaId = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1);
  return schemaId < 0 ? null : { schemaId, body: bytes.subarray(headerBytes) };
}

/**
 * What stands before a Protobuf message: which message of the file it is, as positions from the outermost to the innermost; a single zero
 * stands for the first. @throws PayloadBroken
 */
export function readMessageIndexes(body: Uint8Array): { indexes: readonly number[]; message: Uint8Array } {
  const reader = new ByteReader(body, new Budget());
  const what = 'the list that names the message';
  const count = reader.zigzag(what);
  if (count < 0n || count > BigInt(indexesMax)) reader.refuse(what, `a list of ${count}`);
  const indexes = Array.from({ length: Number(count) }, () => reader.zigzag(what));
  const odd = indexes.find((index) => index < 0n || index > 0xffffn);
  if (odd !== undefined) throw new PayloadBroken({ path: [], expected: what, found: `the position ${odd}` });
  return {
    indexes: indexes.length === 0 ? [0] : indexes.map(Number),
    message: body.subarray(body.length - reader.left),
  };
}
