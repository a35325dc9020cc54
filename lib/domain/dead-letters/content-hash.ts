import { hash } from 'node:crypto';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';
import type { LogRecord } from '../kernel/record.ts';

const nullLength = -1;
const lengthBytes = 4;

/**
 * SHA-256 over what a replay has to carry unharmed: key, value, then every header in order, each length-prefixed
 * (int32 big-endian, -1 for null), so that no two records can run together into the same input. Partition, offset and time are not in it: equal
 * content has an equal hash.
 */
export function contentHash(record: Pick<LogRecord, 'key' | 'value' | 'headers'>): Sha256 {
  const { key, value, headers } = record;
  const fields = [key, value, ...headers.flatMap((header) => [header.name, header.value])];
  const size = fields.reduce((sum, field) => sum + lengthBytes + (field?.length ?? 0), lengthBytes);
  // One piece: a call of the hash for every field took longer than the hashing.
  const input = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, field] of fields.entries()) {
    at = input.writeInt32BE(field === null ? nullLength : field.length, at);
    if (field !== null) {
      input.set(field, at);
      at += field.length;
    }
    if (index === 1) at = input.writeInt32BE(headers.length, at);
  }
  return sha256Hex(hash('sha256', input, 'hex'));
}
