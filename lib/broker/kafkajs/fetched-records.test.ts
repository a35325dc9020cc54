import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  type AnswerDecoder,
  everyBatch,
  type FetchedBatch,
  type FetchedRecord,
  leaveOutAborted,
} from './fetched-records.ts';

const require = createRequire(import.meta.url);
const Decoder: new (bytes: Buffer) => AnswerDecoder = require('kafkajs/src/protocol/decoder.js');

const record = (
  offset: number,
  producerId: string,
  more: Partial<FetchedRecord> & { plain?: boolean } = {},
): FetchedRecord => ({
  ...{ offset: String(offset), key: null, isControlRecord: false, ...more },
  batchContext: { producerId, inTransaction: !more.plain },
});
const marker = (offset: number, producerId: string, kind: 'abort' | 'commit') =>
  record(offset, producerId, {
    key: Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]),
    isControlRecord: true,
  });
const left = (messages: FetchedRecord[], aborted: [producerId: string, firstOffset: number][]) => {
  const abortedTransactions = aborted.map(([producerId, first]) => ({
    producerId,
    firstOffset: String(first),
  }));
  const partition = { messages, abortedTransactions };
  leaveOutAborted(partition);
  // kafkajs reads on behind all of them, and finds nothing more to filter by.
  expect(partition.messages).toHaveLength(messages.length);
  expect(partition.abortedTransactions).toEqual([]);
  return messages.filter((each) => !each.isControlRecord).map(({ offset }) => Number(offset));
};

describe('what was aborted', () => {
  it('is left out from its first offset to its marker, and nothing else is', () => {
    const log = [
      record(0, 'a', { plain: true }),
      record(1, 'a'),
      record(2, 'b'),
      marker(3, 'b', 'commit'),
      marker(4, 'a', 'abort'),
      record(5, 'a'),
      marker(6, 'a', 'commit'),
    ];
    expect(left(log, [['a', 1]])).toEqual([0, 2, 5]);
  });

  it('is left out in whatever order the broker lists it: by the end of each, an inner one comes first', () => {
    const log = () => [
      record(0, 'outer'),
      record(1, 'inner'),
      marker(2, 'inner', 'abort'),
      record(3, 'outer'),
      marker(4, 'outer', 'abort'),
      record(5, 'inner'),
    ];
    expect(
      left(log(), [
        ['inner', 1],
        ['outer', 0],
      ]),
    ).toEqual([5]);
    expect(
      left(log(), [
        ['outer', 0],
        ['inner', 1],
      ]),
    ).toEqual([5]);
  });

  it('is not ended by a record that has the key of a marker, and one that is committed is no marker', () => {
    const key = Buffer.alloc(4);
    const log = [record(0, 'a', { key }), record(1, 'a'), marker(2, 'a', 'abort'), record(3, 'b', { key })];
    expect(left(log, [['a', 0]])).toEqual([3]);
  });

  it('of one producer may be several, of which the first began before what was fetched', () => {
    const log = [
      record(7, 'a'),
      marker(8, 'a', 'abort'),
      record(9, 'a'),
      record(10, 'a', { plain: true }),
      marker(11, 'a', 'abort'),
    ];
    expect(
      left(log, [
        ['a', 2],
        ['a', 9],
      ]),
    ).toEqual([10]);
    expect(left([record(0, 'a')], [])).toEqual([0]);
  });
});

/** A batch of records that have neither key, value nor headers. */
function encodedBatch(firstOffset: number, lastOffsetDelta: number, records: number): Buffer {
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(firstOffset), 0);
  head.writeInt32BE(head.length - 12 + records * 7, 8);
  head.writeInt8(2, 16);
  head.writeInt32BE(lastOffsetDelta, 23);
  head.writeBigInt64BE(-1n, 43);
  head.writeInt32BE(records, 57);
  return Buffer.concat([head, Buffer.alloc(records * 7, Buffer.from([12, 0, 0, 0, 1, 1, 0]))]);
}
const sized = (bytes: Buffer) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return new Decoder(Buffer.concat([size, bytes]));
};

describe('batches that are fetched', () => {
  const decodeBatch: (
    decoder: AnswerDecoder,
  ) => Promise<FetchedBatch> = require('kafkajs/src/protocol/recordBatch/v0/decoder.js');
  const legacy = async () => [record(77, 'legacy')];
  const decode = everyBatch(legacy, decodeBatch, Decoder);
  const places = async (...batches: Buffer[]) =>
    (await decode(sized(Buffer.concat(batches)))).map((each) => [Number(each.offset), each.isControlRecord]);

  it('may have more records than one call takes arguments', async () => {
    const records = await decode(sized(encodedBatch(0, 0, 200_000)));
    expect(records).toHaveLength(200_000);
  });

  it('end where they end, though compaction has left out their last records, or all', async () => {
    expect(await places(encodedBatch(5, 0, 1), encodedBatch(6, 3, 1), encodedBatch(10, 4, 0))).toEqual([
      [5, false],
      [6, false],
      [9, true],
      [14, true],
    ]);
  });

  it('are read up to one that is cut off', async () => {
    const [whole, cut] = [encodedBatch(5, 0, 1), encodedBatch(6, 0, 1).subarray(0, -3)];
    expect(await places(whole, cut)).toEqual([[5, false]]);
  });

  it('of the old format, and none, are left to kafkajs, with all there was to read', async () => {
    const old = encodedBatch(5, 0, 1);
    old.writeInt8(1, 16);
    for (const decoder of [sized(old), sized(Buffer.alloc(0))]) {
      expect(await decode(decoder)).toEqual([record(77, 'legacy')]);
      expect(decoder.offset).toBe(0);
    }
  });
});
