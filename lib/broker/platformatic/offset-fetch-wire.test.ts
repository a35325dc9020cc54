import { offsetFetchV9, Reader, ResponseError, Writer } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FetchedGroup, readOffsets } from './offset-fetch-wire.ts';

type Theirs = ReturnType<typeof offsetFetchV9.parseResponse>;

const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const errorCode = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constantFrom(3, 15, 69, 88));
const partition = fc.record({
  partitionIndex: fc.nat(2_000_000),
  committedOffset: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
  committedLeaderEpoch: fc.integer({ min: -1, max: 1_000 }),
  metadata: fc.option(fc.string({ maxLength: 200 })),
  errorCode,
});
const topic = fc.record({ name, partitions: fc.array(partition, { maxLength: 40 }) });
const group = fc.record({ groupId: name, topics: fc.array(topic, { maxLength: 6 }), errorCode });

const written = (groups: Theirs['groups']): Buffer =>
  Writer.create()
    .appendInt32(0)
    .appendArray(groups, (to, each) => {
      to.appendString(each.groupId).appendArray(each.topics, (into, of) => {
        into.appendString(of.name).appendArray(of.partitions, (at, one) => {
          at.appendInt32(one.partitionIndex).appendInt64(one.committedOffset);
          at.appendInt32(one.committedLeaderEpoch).appendString(one.metadata).appendInt16(one.errorCode);
        });
      });
      to.appendInt16(each.errorCode);
    })
    .appendTaggedFields().buffer;

function readByClient(bytes: Buffer): Theirs {
  try {
    return offsetFetchV9.parseResponse(1, 9, 9, Reader.from(bytes));
  } catch (error) {
    if (error instanceof ResponseError) return error.response as Theirs;
    throw error;
  }
}

/** What is kept of an answer as the client reads it. */
function keptOf({ groupId, topics, errorCode: code }: Theirs['groups'][number]): FetchedGroup {
  const all = topics.flatMap((of) => of.partitions.map((one) => ({ topic: of.name, ...one })));
  const firstFailed = all.findIndex((one) => one.errorCode !== 0);
  const failed = all[firstFailed];
  return {
    groupId,
    errorCode: code,
    offsets: all.slice(0, failed ? firstFailed : all.length).map((one) => ({
      topic: one.topic,
      partition: one.partitionIndex,
      offset: one.committedOffset < 0n ? null : one.committedOffset,
      metadata: one.metadata ?? null,
    })),
    failed: failed
      ? { topic: failed.topic, partition: failed.partitionIndex, errorCode: failed.errorCode }
      : null,
  };
}

it('reads an answer as the client does', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 8 }), (groups) => {
      const bytes = written(groups);
      const reader = Reader.from(bytes);
      expect(readOffsets(1, 9, 9, reader)).toEqual(readByClient(bytes).groups.map(keptOf));
      expect(reader.position).toBe(bytes.length);
    }),
  );
});
