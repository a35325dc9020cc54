import { type LogRecord, type RecordHeader, recordBytes } from '#lib/domain/kernel/record.ts';
import type { PieceLimits, UnreadableRange } from '../port/reader.ts';
import { ByteReader } from './byte-reader.ts';
import { decompress } from './decompress.ts';

export type AbortedTransaction = { producerId: bigint; firstOffset: bigint };
/** `nextOffset`: where to go on, past what was left out too. */
export type DecodedPiece = { records: LogRecord[]; unreadable: UnreadableRange[]; nextOffset: bigint };

type BatchHead = {
  baseOffset: bigint;
  lastOffset: bigint;
  codec: number;
  appendTime: boolean;
  transactional: boolean;
  control: boolean;
  firstTimestamp: bigint;
  maxTimestamp: bigint;
  producerId: bigint;
  count: number;
  body: Buffer;
};

/** Offset and length of a batch, before the length counts. */
const prefixBytes = 12;
const headBytes = 61;
const recordFormat = 2;
const noTimestamp = -1n;
const abortMarker = 0;
const emptyName = Buffer.alloc(0);

function readHead(batch: Buffer): BatchHead {
  const magic = batch.readInt8(16);
  if (magic !== recordFormat)
    throw new Error(`record format ${magic}, which brokers since 4.0 no longer keep`);
  const attributes = batch.readInt16BE(21);
  const baseOffset = batch.readBigInt64BE(0);
  return {
    baseOffset,
    lastOffset: baseOffset + BigInt(batch.readInt32BE(23)),
    codec: attributes & 0b111,
    appendTime: (attributes & 0b1000) !== 0,
    transactional: (attributes & 0b1_0000) !== 0,
    control: (attributes & 0b10_0000) !== 0,
    firstTimestamp: batch.readBigInt64BE(27),
    maxTimestamp: batch.readBigInt64BE(35),
    producerId: batch.readBigInt64BE(43),
    count: batch.readInt32BE(57),
    body: batch.subarray(headBytes),
  };
}

const millis = (timestamp: bigint): number | null => (timestamp === noTimestamp ? null : Number(timestamp));

/** Names of headers of the last record, by position: records of one topic have the same ones, so these are made once. */
type LastNames = (Buffer | undefined)[];
const keptNames = 64;
const keptNameBytes = 256;

function readName(reader: ByteReader, last: LastNames, index: number): Buffer {
  const known = last[index];
  if (known && reader.skipIfNext(known)) return known;
  const name = reader.nullableBytes() ?? emptyName;
  if (index < keptNames && name.length > 0 && name.length <= keptNameBytes) last[index] = name;
  return name;
}

function readHeaders(reader: ByteReader, last: LastNames): RecordHeader[] {
  const headers: RecordHeader[] = [];
  const count = reader.varint();
  for (let index = 0; index < count; index++)
    headers.push({ name: readName(reader, last, index), value: reader.nullableBytes() });
  return headers;
}

/** The records of one batch from `from` on, one at a time, so that a batch of a million small ones is never held as a million objects. */
function* readRecords(
  head: BatchHead,
  partition: number,
  from: bigint,
  limitBytes: number,
): Generator<LogRecord> {
  const reader = new ByteReader(decompress(head.codec, head.body, limitBytes));
  const names: LastNames = [];
  const timestampType = head.appendTime ? 'append' : 'create';
  for (let index = 0; index < head.count; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.position += 1; // attributes, unused
    const timestampDelta = reader.varlong();
    const offset = head.baseOffset + BigInt(reader.varint());
    if (offset >= from) {
      const timestamp = head.appendTime
        ? head.maxTimestamp
        : head.firstTimestamp === noTimestamp
          ? noTimestamp
          : head.firstTimestamp + timestampDelta;
      yield {
        partition,
        offset,
        timestampMs: millis(timestamp),
        timestampType,
        key: reader.nullableBytes(),
        value: reader.nullableBytes(),
        headers: readHeaders(reader, names),
      };
    }
    reader.position = end;
  }
}

const isAbortMarker = (head: BatchHead): boolean => {
  const reader = new ByteReader(head.body);
  reader.varint();
  reader.position += 1;
  reader.varlong();
  reader.varint();
  const key = reader.nullableBytes();
  return key !== null && key.length >= 4 && key.readInt16BE(2) === abortMarker;
};

/** One whole batch of `log`, or null where it ends or is cut off. */
function batchAt(log: Buffer, position: number): Buffer | null {
  if (log.length - position < headBytes) return null;
  const size = prefixBytes + log.readInt32BE(position + 8);
  if (size < headBytes) throw new Error(`a record batch with the impossible length ${size}`);
  return log.length - position < size ? null : log.subarray(position, position + size);
}

/** Where to go on after the last whole batch of `log`; null when there is none. */
export function offsetAfter(log: Buffer): bigint | null {
  let next: bigint | null = null;
  for (let position = 0, batch = batchAt(log, 0); batch; batch = batchAt(log, position)) {
    next = readHead(batch).lastOffset + 1n;
    position += batch.length;
  }
  return next;
}

/**
 * Decodes the record batches of one partition's Fetch answer, piece by piece, each about as large as `piece` says. Markers are left out; so are the
 * records of `aborted` transactions, as Kafka's own consumer does it: a producer counts as aborted from its transaction's first offset
 * to its abort marker. A batch cut off at the end of the answer is ignored; of one that can't be expanded within `limitBytes` or is damaged, the rest is
 * reported, and the batches behind it are read. Header order, duplicates, nulls and raw name bytes are kept.
 */
export function* decodePieces(
  log: Buffer,
  options: {
    partition: number;
    from: bigint;
    aborted: readonly AbortedTransaction[];
    limitBytes: number;
    piece: PieceLimits;
  },
): Generator<DecodedPiece> {
  const { partition, from, limitBytes, piece } = options;
  const pending = [...options.aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const abortedNow = new Set<bigint>();
  let records: LogRecord[] = [];
  let unreadable: UnreadableRange[] = [];
  let bytes = 0;
  let next = from;
  const cut = (): DecodedPiece => {
    const whole = { records, unreadable, nextOffset: next };
    records = [];
    unreadable = [];
    bytes = 0;
    return whole;
  };
  for (let position = 0, batch = batchAt(log, 0); batch; batch = batchAt(log, position)) {
    position += batch.length;
    const head = readHead(batch);
    for (let first = pending[0]; first && first.firstOffset <= head.lastOffset; first = pending[0]) {
      abortedNow.add(first.producerId);
      pending.shift();
    }
    if (head.control) {
      if (isAbortMarker(head)) abortedNow.delete(head.producerId);
    } else if (head.lastOffset >= from && !(head.transactional && abortedNow.has(head.producerId))) {
      let readable = head.baseOffset;
      if (readable < from) readable = from;
      try {
        for (const record of readRecords(head, partition, from, limitBytes)) {
          records.push(record);
          bytes += recordBytes(record);
          readable = record.offset + 1n;
          if (records.length < piece.records && bytes < piece.bytes) continue;
          next = readable;
          yield cut();
        }
      } catch (error) {
        unreadable.push({
          firstOffset: readable,
          lastOffset: head.lastOffset,
          timestampMs: millis(head.maxTimestamp),
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
    if (head.lastOffset >= next) next = head.lastOffset + 1n;
  }
  if (records.length > 0 || unreadable.length > 0 || next > from) yield cut();
}
