import type { LogRecord, RecordHeader } from '#lib/domain/kernel/record.ts';
import type { UnreadableRange } from '../port/reader.ts';
import { ByteReader } from './byte-reader.ts';
import { decompress } from './decompress.ts';

export type AbortedTransaction = { producerId: bigint; firstOffset: bigint };
export type DecodedBatches = {
  records: LogRecord[];
  /** After the last whole batch; null when there was none. */
  nextOffset: bigint | null;
  unreadable: UnreadableRange[];
};

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

function readHeaders(reader: ByteReader): RecordHeader[] {
  const headers: RecordHeader[] = [];
  const count = reader.varint();
  for (let index = 0; index < count; index++)
    headers.push({ name: reader.nullableBytes() ?? emptyName, value: reader.nullableBytes() });
  return headers;
}

function readRecords(head: BatchHead, body: Buffer, partition: number, from: bigint): LogRecord[] {
  const reader = new ByteReader(body);
  const records: LogRecord[] = [];
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
      records.push({
        partition,
        offset,
        timestampMs: millis(timestamp),
        timestampType: head.appendTime ? 'append' : 'create',
        key: reader.nullableBytes(),
        value: reader.nullableBytes(),
        headers: readHeaders(reader),
      });
    }
    reader.position = end;
  }
  return records;
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

/**
 * Decodes the record batches of one partition's Fetch answer. Markers are left out; so are the records of `aborted` transactions,
 * as Kafka's own consumer does it: a producer counts as aborted from its transaction's first offset to its abort marker. A batch cut
 * off at the end of the answer is ignored; one that can't be expanded within `limitBytes` or is damaged is reported, and the rest is read. What comes after
 * batches that together expanded to more than `limitBytes` is left for the next fetch: many small ones can hold gigabytes.
 * Header order, duplicates, nulls and raw name bytes are kept.
 */
export function decodeBatches(
  log: Buffer,
  options: {
    partition: number;
    from: bigint;
    aborted: readonly AbortedTransaction[];
    limitBytes: number;
  },
): DecodedBatches {
  const pending = [...options.aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const abortedNow = new Set<bigint>();
  const answer: DecodedBatches = { records: [], nextOffset: null, unreadable: [] };
  let position = 0;
  let expandedBytes = 0;
  while (log.length - position >= headBytes && expandedBytes <= options.limitBytes) {
    const size = prefixBytes + log.readInt32BE(position + 8);
    if (size < headBytes) throw new Error(`a record batch with the impossible length ${size}`);
    if (log.length - position < size) break;
    const head = readHead(log.subarray(position, position + size));
    position += size;
    answer.nextOffset = head.lastOffset + 1n;
    for (let next = pending[0]; next && next.firstOffset <= head.lastOffset; next = pending[0]) {
      abortedNow.add(next.producerId);
      pending.shift();
    }
    if (head.control) {
      if (isAbortMarker(head)) abortedNow.delete(head.producerId);
      continue;
    }
    if (head.lastOffset < options.from || (head.transactional && abortedNow.has(head.producerId))) continue;
    try {
      const body = decompress(head.codec, head.body, options.limitBytes);
      expandedBytes += body.length;
      for (const record of readRecords(head, body, options.partition, options.from))
        answer.records.push(record);
    } catch (error) {
      answer.unreadable.push({
        firstOffset: head.baseOffset + BigInt(Math.max(0, Number(options.from - head.baseOffset))),
        lastOffset: head.lastOffset,
        timestampMs: millis(head.maxTimestamp),
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return answer;
}
