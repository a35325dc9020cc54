import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  createTopics,
  testCluster,
  testKafka,
  testPrefix,
  testProducer,
  withTestAdmin,
} from '#fixtures/kafka.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { carriedHash } from '#lib/domain/replays/outgoing.ts';
import { createReplayWriter } from '../platformatic/writer.ts';
import { readBackWith } from './read-back.ts';

const prefix = testPrefix();

const topicNamed = async (name: string, configs: Record<string, string> = {}): Promise<string> => {
  const topic = `${prefix}${name}`;
  await createTopics([{ topic, configs }]);
  return topic;
};

const openTransaction = async () => {
  const producer = testKafka().producer({
    transactionalId: `read-back-${randomUUID()}`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  return {
    send: (topic: string, values: string[], key: Buffer | null = null) =>
      transaction.send({ topic, messages: values.map((value) => ({ key, value, partition: 0 })) }),
    end: async (how: 'commit' | 'abort') => {
      await transaction[how]();
      await producer.disconnect();
    },
  };
};

const inTransaction = async (topic: string, values: string[], how: 'commit' | 'abort') => {
  const { send, end } = await openTransaction();
  await send(topic, values);
  await end(how);
};

const plainly = async (topic: string, values: string[]) => {
  const producer = testProducer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
};

const deleteBefore = (topic: string, offset: string) =>
  withTestAdmin(async (admin) => {
    // kafkajs deletes only from a topic that it has asked about.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
  });

/** A transaction has ended before its marker stands in the log. */
const stableUpTo = (topic: string, offset: bigint) =>
  withTestAdmin(async (admin) => {
    for (;;) {
      const [log] = await admin.fetchTopicOffsets(topic);
      if (BigInt(log?.high ?? 0) >= offset) return;
      await sleep(20);
    }
  });

/** Values by offset; a read that does not end of itself fails. */
const read = async (topic: string, from: bigint, to: bigint): Promise<(bigint | string)[][]> => {
  const found: (bigint | string)[][] = [];
  await readBackWith(testCluster()).readRange({
    topic,
    ranges: [{ partition: 0, from, to }],
    timeoutMs: 30_000,
    onRecord: ({ offset, value }) =>
      found.push([
        offset,
        Buffer.from(value ?? [])
          .toString()
          .slice(0, 9),
      ]),
  });
  return found;
};

describe('reading a range back ends, and hands over what stands in it,', () => {
  it('when all of it was deleted from the start of the log, or a part', async () => {
    const topic = await topicNamed('trimmed');
    await plainly(topic, ['a', 'b', 'c', 'd']);
    await deleteBefore(topic, '3');
    expect(await read(topic, 0n, 3n)).toEqual([]);
    expect(await read(topic, 0n, 4n)).toEqual([[3n, 'd']]);
    await deleteBefore(topic, '4');
    expect(await read(topic, 0n, 4n)).toEqual([]);
  });

  it('when a record batch fills a fetch and its marker comes in the next one', async () => {
    const topic = await topicNamed('large', { 'max.message.bytes': '8000000' });
    await inTransaction(topic, ['x'.repeat(3_000_000)], 'commit');
    await stableUpTo(topic, 2n);
    expect(await read(topic, 0n, 2n)).toEqual([[0n, 'xxxxxxxxx']]);
  });

  it('when all that stands there was aborted', async () => {
    const topic = await topicNamed('aborted');
    await inTransaction(topic, ['x'], 'abort');
    await stableUpTo(topic, 2n);
    expect(await read(topic, 0n, 2n)).toEqual([]);
    await inTransaction(topic, ['y'], 'commit');
    await inTransaction(topic, ['z'], 'abort');
    await stableUpTo(topic, 6n);
    expect(await read(topic, 0n, 6n)).toEqual([[2n, 'y']]);
  });

  it('when the log was cut back below its end', async () => {
    const topic = await topicNamed('cut');
    await inTransaction(topic, ['x'], 'commit');
    await stableUpTo(topic, 2n);
    expect(await read(topic, 0n, 100n)).toEqual([[0n, 'x']]);
    expect(await read(topic, 50n, 100n)).toEqual([]);
  });

  it('when other producers write between, and one of them hides its end for a while', async () => {
    const topic = await topicNamed('shared');
    const foreign = await openTransaction();
    await plainly(topic, ['a']);
    await foreign.send(topic, ['never']);
    await inTransaction(topic, ['b', 'c'], 'commit');
    await plainly(topic, ['d']);
    await foreign.end('abort');
    await stableUpTo(topic, 7n);
    const late = await openTransaction();
    await late.send(topic, ['open']);
    await plainly(topic, ['e']);
    // a, never, b, c, marker, d, marker; what stands from 7 on is hidden by the open transaction.
    const all = [
      [0n, 'a'],
      [2n, 'b'],
      [3n, 'c'],
      [5n, 'd'],
    ];
    expect(await read(topic, 0n, 7n)).toEqual(all);
    expect(await read(topic, 1n, 5n)).toEqual([
      [2n, 'b'],
      [3n, 'c'],
    ]);
    const waiting = read(topic, 0n, 9n);
    await late.end('commit');
    expect(await waiting).toEqual([...all, [7n, 'open'], [8n, 'e']]);
  });
});

it('what stands between the ranges of a partition is passed over, fetched or not', async () => {
  const topic = await topicNamed('apart');
  for (let at = 0; at < 4; at++) await plainly(topic, [`a${at}`, `b${at}`, 'x'.repeat(400_000)]);
  const found: bigint[] = [];
  await readBackWith(testCluster()).readRange({
    topic,
    ranges: [9n, 0n, 1n, 3n].map((from) => ({ partition: 0, from, to: from + 1n })),
    timeoutMs: 30_000,
    onRecord: ({ offset }) => found.push(offset),
  });
  expect(found).toEqual([0n, 1n, 3n, 9n]);
});

describe('what was aborted is never handed over', () => {
  it('though another transaction began within and was aborted before', async () => {
    const topic = await topicNamed('overlapping');
    const outer = await openTransaction();
    const inner = await openTransaction();
    await outer.send(topic, ['outer']);
    await inner.send(topic, ['inner']);
    await inner.end('abort');
    await outer.end('abort');
    await plainly(topic, ['a']);
    await stableUpTo(topic, 5n);
    expect(await read(topic, 0n, 5n)).toEqual([[4n, 'a']]);
  });

  it('though the key of a record is what a marker has as its key', async () => {
    const topic = await topicNamed('marker-keys');
    const transaction = await openTransaction();
    await transaction.send(topic, ['a'], Buffer.alloc(4));
    await transaction.send(topic, ['b']);
    await transaction.end('abort');
    await plainly(topic, ['c']);
    await stableUpTo(topic, 4n);
    expect(await read(topic, 0n, 4n)).toEqual([[3n, 'c']]);
  });
});

describe('a record that is read back', () => {
  it('of 20,000 headers does not hold the process up', async () => {
    const topic = await topicNamed('headers');
    const producer = testProducer();
    await producer.connect();
    const headers = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`h${at}`, 'v']));
    await producer.send({ topic, messages: [{ value: 'a', headers }] });
    await producer.disconnect();
    // kafkajs alone takes a minute and a half, in which no timer comes: the read would be over by time, and every lease lost.
    expect(await read(topic, 0n, 1n)).toEqual([[0n, 'a']]);
  });

  it('has its headers as they were sent, whatever their names and their order', async () => {
    const topic = await topicNamed('names');
    const header = (name: Uint8Array, value: string | null) => ({
      name,
      value: value === null ? null : Buffer.from(value),
    });
    const [odd, other, replacement] = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from('\ufffd')];
    const headers = [
      header(odd, '1'),
      header(Buffer.from('__proto__'), '2'),
      header(replacement, '3'),
      header(Buffer.from('constructor'), null),
      header(odd, null),
      header(other, '4'),
      header(Buffer.from('__proto__'), '5'),
    ];
    const session = await createReplayWriter(testCluster()).open({
      transactionalId: `read-back-${randomUUID()}`,
      transactionTimeoutMs: 20_000,
      callTimeoutMs: 10_000,
    });
    const ledger = await topicNamed('ledger');
    const sent = { partition: 0, key: null, value: Buffer.from('a'), headers, timestampMs: Date.now() };
    await session.writeBatch({
      topic,
      records: [sent],
      cursor: { groupId: `${prefix}names`, topic: ledger, partition: 0, offset: 1n, metadata: '' },
    });
    await session.close();
    await stableUpTo(topic, 2n);
    const hashes: string[] = [];
    const found: LogRecord[] = [];
    await readBackWith(testCluster()).readRange({
      topic,
      ranges: [{ partition: 0, from: 0n, to: 2n }],
      timeoutMs: 30_000,
      onRecord: (record) => {
        found.push(record);
        hashes.push(carriedHash(record));
      },
    });
    expect(found.map((record) => record.headers)).toEqual([headers]);
    expect(hashes).toEqual([carriedHash(sent)]);
    // By their texts, two of its names would be the third.
    const named = (name: Uint8Array) => carriedHash({ ...sent, headers: [header(name, '1')] });
    expect(new Set([odd, other, replacement].map(named)).size).toBe(3);
  });
});
