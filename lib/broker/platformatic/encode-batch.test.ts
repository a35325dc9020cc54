import { createRecordsBatch, type MessageRecord } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OutgoingRecord } from '../port/writer.ts';
import { encodeBatch } from './encode-batch.ts';
import { decodePieces } from './record-batch.ts';

const producer = { producerId: 4711n, producerEpoch: 3, firstSequence: 12_000 };
const bytes = fc.uint8Array({ maxLength: 200 });
const nullable = fc.option(bytes);
/** Within 2^31 ms: further apart the client writes a difference of 0, and so another time. */
const nearMs = fc.integer({ min: 1_700_000_000_000, max: 1_702_000_000_000 });
const anyMs = fc.oneof(nearMs, fc.integer({ min: 0, max: 8_640_000_000_000_000 }));
const header = fc.record({ name: bytes, value: nullable });
const batchesOf = (timestampMs: fc.Arbitrary<number>): fc.Arbitrary<OutgoingRecord[]> =>
  fc.array(
    fc.record({
      partition: fc.constant(2),
      key: nullable,
      value: nullable,
      headers: fc.array(header, { maxLength: 8 }),
      timestampMs,
    }),
    { minLength: 1, maxLength: 80 },
  );

/** What the client's own encoder is given for the same record. */
const message = ({ partition, key, value, headers, timestampMs: at }: OutgoingRecord) =>
  ({
    topic: 'orders',
    partition,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: new Map(
      headers.map(({ name, value: of }) => [Buffer.from(name), of && Buffer.from(of)] as const),
    ),
    timestamp: BigInt(at),
  }) as unknown as MessageRecord;

const leaderEpochAt = 12;

it('writes what the client writes for the same records, but for the leader epoch, which the broker sets', () => {
  fc.assert(
    fc.property(batchesOf(nearMs), (records) => {
      const theirs = createRecordsBatch(records.map(message), {
        transactionalId: 'replay',
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        partitionLeaderEpoch: -1,
        sequences: { getWithDefault: () => producer.firstSequence },
      } as never).buffer;
      const ours = encodeBatch(records, producer);
      expect(ours.readInt32BE(leaderEpochAt)).toBe(-1);
      expect(ours.equals(theirs)).toBe(true);
    }),
  );
});

it('is read back as it was given: order, duplicates, nulls and times', () => {
  fc.assert(
    fc.property(batchesOf(anyMs), (records) => {
      const [piece] = decodePieces(encodeBatch(records, producer), {
        partition: 2,
        from: 0n,
        aborted: [],
        limitBytes: 10_000_000,
        piece: { records: 1000, bytes: 10_000_000 },
      });
      const plain = (each: OutgoingRecord) => ({
        key: each.key && Buffer.from(each.key),
        value: each.value && Buffer.from(each.value),
        headers: each.headers.map(({ name, value }) => [Buffer.from(name), value && Buffer.from(value)]),
        timestampMs: each.timestampMs,
      });
      expect(piece?.unreadable).toEqual([]);
      const read = piece?.records.map(({ timestampMs: at, ...each }) =>
        plain({ ...each, timestampMs: at ?? -1 }),
      );
      expect(read).toEqual(records.map(plain));
    }),
  );
});
