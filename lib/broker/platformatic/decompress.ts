import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { compressionsAlgorithms } from '@platformatic/kafka';
import { createExpandedGarbage } from './expanded-garbage.ts';

/** Thrown instead of expanding a batch past its limit: a few hundred kilobytes of gzip can hold gigabytes. */
export class ExpansionTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`the batch expands to more than ${limitBytes} bytes`);
    this.name = 'ExpansionTooLarge';
  }
}

const lz4FrameMagic = 0x184d2204;
const lz4BlockMaxBytes: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };

/** Upper bound of what an LZ4 frame expands to: full blocks, since the frame rarely says its size (LZ4 Frame Format 1.6). */
export function lz4UpperBound(frame: Buffer): number {
  if (frame.length < 7 || frame.readUInt32LE(0) !== lz4FrameMagic) throw new Error('not an LZ4 frame');
  const flags = frame.readUInt8(4);
  const blockMax = lz4BlockMaxBytes[(frame.readUInt8(5) >> 4) & 7];
  if (blockMax === undefined) throw new Error('an LZ4 frame with an unknown block size');
  const hasContentSize = (flags & 0x08) !== 0;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let position = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  let total = 0;
  while (position + 4 <= frame.length) {
    const size = frame.readUInt32LE(position);
    if (size === 0) break;
    const stored = (size & 0x80000000) !== 0;
    const length = size & 0x7fffffff;
    total += stored ? length : blockMax;
    position += 4 + length + (hasBlockChecksum ? 4 : 0);
  }
  return total;
}

const smallestChunk = 16 * 1024;
/**
 * What gzip says at its end that it expands to (RFC 1952, ISIZE; modulo 2^32). Not to be trusted with less; but what says itself that it is too large
 * need not be tried, and the right length takes one buffer instead of twice as much.
 */
const gzipLength = (data: Buffer): number => (data.length < 18 ? 0 : data.readUInt32LE(data.length - 4));

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** The length that a raw snappy block announces: a varint at its start. */
function snappyBlockLength(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = block[index];
    if (byte === undefined) throw new Error('a snappy block that is cut short');
    length += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return length;
  }
  throw new Error('a snappy block with a malformed length');
}

/** What a snappy batch announces, raw or in the Java client's framing of chunks (xerial). */
export function snappyLength(data: Buffer): number {
  if (!data.subarray(0, xerialMagic.length).equals(xerialMagic)) return snappyBlockLength(data);
  let position = 16;
  let total = 0;
  while (position + 4 <= data.length) {
    const chunk = data.readUInt32BE(position);
    total += snappyBlockLength(data.subarray(position + 4, position + 4 + chunk));
    position += 4 + chunk;
  }
  return total;
}

const guard = (length: number, limitBytes: number) => {
  if (length > limitBytes) throw new ExpansionTooLarge(limitBytes);
};

/** Of this process: its memory is one. */
const garbage = createExpandedGarbage(globalThis.gc);

const asTooLarge = <T>(limitBytes: number, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE') {
      garbage.add(limitBytes);
      throw new ExpansionTooLarge(limitBytes);
    }
    throw error;
  }
};

function expand(codec: number, data: Buffer, limitBytes: number): Buffer {
  switch (codec) {
    case 1: {
      const length = gzipLength(data);
      guard(length, limitBytes);
      const chunkSize = Math.max(smallestChunk, length + 1);
      return asTooLarge(limitBytes, () => gunzipSync(data, { maxOutputLength: limitBytes, chunkSize }));
    }
    case 2:
      guard(snappyLength(data), limitBytes);
      return compressionsAlgorithms.snappy.decompressSync(data);
    case 3:
      guard(lz4UpperBound(data), limitBytes + (1 << 22));
      return compressionsAlgorithms.lz4.decompressSync(data);
    case 4:
      return asTooLarge(limitBytes, () => zstdDecompressSync(data, { maxOutputLength: limitBytes }));
    default:
      throw new Error(`a batch with the unknown compression codec ${codec}`);
  }
}

/**
 * Expands the records of one batch, never past `limitBytes`. Before that, what earlier large ones took is collected if it is no longer in use.
 * @param codec the low three bits of the batch's attributes (Kafka protocol: 1 gzip, 2 snappy, 3 lz4, 4 zstd)
 * @throws ExpansionTooLarge, or the codec's own error for damaged data
 */
export function decompress(codec: number, data: Buffer, limitBytes: number): Buffer {
  if (codec === 0) return data;
  garbage.beforeNext();
  const expanded = expand(codec, data, limitBytes);
  garbage.add(expanded.length);
  return expanded;
}
