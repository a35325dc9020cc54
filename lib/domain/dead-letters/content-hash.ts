import { createHash, type Hash } from 'node:crypto';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';
import type { LogRecord } from '../kernel/record.ts';

const nullLength = -1;

const int32 = (value: number): Uint8Array => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A length before the bytes, and a length of its own for null: no two records can run together into the same input. */
const addField = (hash: Hash, bytes: Uint8Array | null): void => {
  hash.update(int32(bytes === null ? nullLength : bytes.length));
  if (bytes !== null) hash.update(bytes);
};

/**
 * SHA-256 over what a replay has to carry unharmed: key, value, then every header in order, each length-prefixed
 * (int32 big-endian, -1 for null). Partition, offset and time are not in it, so that equal content has an equal hash.
 */
export function contentHash(record: Pick<LogRecord, 'key' | 'value' | 'headers'>): Sha256 {
  const hash = createHash('sha256');
  addField(hash, record.key);
  addField(hash, record.value);
  hash.update(int32(record.headers.length));
  for (const header of record.headers) {
    addField(hash, header.name);
    addField(hash, header.value);
  }
  return sha256Hex(hash.digest('hex'));
}
