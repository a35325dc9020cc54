import { createHash, hash } from 'node:crypto';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';
import type { LogRecord } from '../kernel/record.ts';

const nullLength = -1;
const lengthBytes = 4;
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** Big-endian; without the checks of `writeInt32BE`, of which there would be a dozen a record. */
function putInt(input: Buffer, value: number, at: number): number {
  input[at] = value >> 24;
  input[at + 1] = value >> 16;
  input[at + 2] = value >> 8;
  input[at + 3] = value;
  return at + lengthBytes;
}

function put(input: Buffer, field: Uint8Array | null, at: number): number {
  const start = putInt(input, field === null ? nullLength : field.length, at);
  if (field === null) return start;
  input.set(field, start);
  return start + field.length;
}

/** The same input field by field: a record of sixty megabytes is not held a second time for its hash. */
function hashOfLarge(
  { key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  order: readonly number[] | null,
): Sha256 {
  const sum = createHash('sha256');
  const add = (field: Uint8Array | null) => {
    sum.update(scratch.subarray(0, putInt(scratch, field === null ? nullLength : field.length, 0)));
    if (field !== null) sum.update(field);
  };
  add(key);
  add(value);
  sum.update(scratch.subarray(0, putInt(scratch, headers.length, 0)));
  for (let place = 0; place < headers.length; place++) {
    const header = headers[order?.[place] ?? place];
    if (!header) continue;
    add(header.name);
    add(header.value);
  }
  return sha256Hex(sum.digest('hex'));
}

/**
 * SHA-256 over what a replay has to carry unharmed: key, value, then every header in order, each length-prefixed
 * (int32 big-endian, -1 for null), so that no two records can run together into the same input. Partition, offset and time are not in it: equal
 * content has an equal hash.
 * @param order the headers in another order, by their indices
 */
export function contentHash(
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  order: readonly number[] | null = null,
): Sha256 {
  const { key, value, headers } = record;
  let size = 3 * lengthBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) size += 2 * lengthBytes + header.name.length + (header.value?.length ?? 0);
  if (size > scratch.length) return hashOfLarge(record, order);
  // One piece: a call of the hash for every field took longer than the hashing.
  let at = put(scratch, value, put(scratch, key, 0));
  at = putInt(scratch, headers.length, at);
  for (let place = 0; place < headers.length; place++) {
    const header = headers[order?.[place] ?? place];
    if (header) at = put(scratch, header.value, put(scratch, header.name, at));
  }
  return sha256Hex(hash('sha256', scratch.subarray(0, size), 'hex'));
}
