import { gzipSync } from 'node:zlib';
import { type CompressionAlgorithmValue, ProduceAcks, Producer, ProtocolError } from '@platformatic/kafka';
import { CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics, testBrokers, testKafka, testPrefix } from '#fixtures/kafka.ts';
import type { FetchRequest } from '../port/reader.ts';
import { type BrokerLink, createLink } from './connection.ts';
import { createReader } from './reader.ts';

const prefix = testPrefix();
const kafka = testKafka();
const admin = kafka.admin();
const topics = ['plain', 'aborted', 'trimmed', 'recreated', 'codecs', 'bomb'].map((name) => prefix + name);
let link: BrokerLink;

const topicIdOf = async (topic: string): Promise<string> => {
  const found = await link.metadata.topic({ topic });
  if (!found) throw new Error(`topic ${topic} is not there`);
  return found.topicId;
};
const request = async (topic: string, more: Partial<FetchRequest> = {}): Promise<FetchRequest> => ({
  topicId: await topicIdOf(topic),
  partition: 0,
  offset: 0n,
  maxBytes: 1 << 20,
  isolation: 'read_committed',
  ...more,
});
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());

beforeAll(async () => {
  link = createLink({ name: 'test', bootstrapServers: testBrokers(), properties: {} });
  await admin.connect();
  await createTopics(topics.map((topic) => ({ topic })));
});
afterAll(async () => {
  await admin.deleteTopics({ topics });
  await admin.disconnect();
  await link.close();
});

const rawProducer = () =>
  new Producer<Buffer | null, Buffer | null, Buffer, Buffer>({
    clientId: 'sluice-test',
    bootstrapBrokers: testBrokers(),
  });

describe('createReader', () => {
  it('keeps header order, duplicates, nulls and raw name bytes', async () => {
    const topic = `${prefix}plain`;
    const producer = rawProducer();
    const invalidUtf8 = Buffer.from([0xff, 0xfe]);
    const headers: [Buffer, Buffer][] = [
      [Buffer.from('b'), Buffer.from('1')],
      [Buffer.from('a'), Buffer.from([0, 0, 0, 1])],
      [Buffer.from('b'), Buffer.from('2')],
      [Buffer.from('__proto__'), Buffer.from('x')],
      [Buffer.from(''), Buffer.from('')],
      [invalidUtf8, Buffer.from('y')],
    ];
    try {
      await producer.send({
        messages: [
          {
            topic,
            partition: 0,
            key: Buffer.from('k'),
            value: Buffer.from('v'),
            headers: new Map(headers),
            timestamp: 1_700_000_000_123n,
          },
          { topic, partition: 0, key: null, value: null },
        ],
        acks: ProduceAcks.ALL,
      });
    } finally {
      await producer.close();
    }
    const answer = await createReader(link).fetch(await request(topic));
    expect(answer).toMatchObject({
      nextOffset: 2n,
      logStart: 0n,
      lastStable: 2n,
      highWatermark: 2n,
      unreadable: [],
    });
    const [first, second] = answer.records;
    expect(first).toMatchObject({ offset: 0n, timestampMs: 1_700_000_000_123, timestampType: 'create' });
    expect(first?.headers.map((h) => [Buffer.from(h.name), h.value && Buffer.from(h.value)])).toEqual(
      headers,
    );
    expect([second?.key, second?.value, second?.headers]).toEqual([null, null, []]);
  });

  it('leaves aborted records and markers out, and goes on behind them', async () => {
    const topic = `${prefix}aborted`;
    const producer = kafka.producer({
      transactionalId: `${prefix}tx`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    try {
      for (const [value, outcome] of [
        ['a1', 'commit'],
        ['x1', 'abort'],
        ['a2', 'commit'],
        ['x2', 'abort'],
      ] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ value }, { value: `${value}'` }] });
        await transaction[outcome]();
      }
    } finally {
      await producer.disconnect();
    }
    const reader = createReader(link);
    // Kafka acknowledges the end of a transaction before its marker stands in the log.
    await expect
      .poll(async () => (await reader.fetch(await request(topic))).nextOffset, { timeout: 15_000 })
      .toBe(12n);
    const committed = await reader.fetch(await request(topic));
    expect(committed.records.map((record) => [record.offset, text(record.value)])).toEqual([
      [0n, 'a1'],
      [1n, "a1'"],
      [6n, 'a2'],
      [7n, "a2'"],
    ]);
    expect(committed.nextOffset).toBe(12n);
    const all = await reader.fetch(await request(topic, { isolation: 'read_uncommitted' }));
    expect(all.records.map((record) => text(record.value))).toEqual([
      'a1',
      "a1'",
      'x1',
      "x1'",
      'a2',
      "a2'",
      'x2',
      "x2'",
    ]);
    // From the middle of a transaction's batch, as after a restart.
    expect((await reader.fetch(await request(topic, { offset: 7n }))).records.map((r) => r.offset)).toEqual([
      7n,
    ]);
    expect(await reader.fetchOne(await request(topic, { offset: 3n }))).toBeNull();
    expect(await reader.fetchOne(await request(topic, { offset: 2n }))).toBeNull();
    expect(text((await reader.fetchOne(await request(topic, { offset: 7n })))?.value ?? null)).toBe("a2'");
  });

  it('stops at the last stable offset of an open transaction', async () => {
    const topic = `${prefix}recreated`;
    const producer = kafka.producer({
      transactionalId: `${prefix}open`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    try {
      await transaction.send({ topic, messages: [{ value: 'pending' }] });
      const answer = await createReader(link).fetch(await request(topic));
      expect(answer).toMatchObject({ records: [], nextOffset: 0n, lastStable: 0n, highWatermark: 1n });
    } finally {
      await transaction.abort();
      await producer.disconnect();
    }
  });

  it('says that a recreated topic is another one', async () => {
    const topic = `${prefix}recreated`;
    const old = await request(topic);
    await admin.deleteTopics({ topics: [topic] });
    await expect
      .poll(
        () =>
          createTopics([{ topic }])
            .then(() => topicIdOf(topic))
            .catch(() => old.topicId),
        { timeout: 20_000 },
      )
      .not.toBe(old.topicId);
    await expect(createReader(link).fetch(old)).rejects.toMatchObject({ kind: 'unknown_topic_id' });
  });

  it('says so when the log start has moved past the offset', async () => {
    const topic = `${prefix}trimmed`;
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic, messages: ['a', 'b', 'c'].map((value) => ({ value })) });
    await producer.disconnect();
    await admin.fetchTopicOffsets(topic); // kafkajs trims only topics that it has looked up
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    const reader = createReader(link);
    await expect(reader.fetch(await request(topic))).rejects.toMatchObject({ kind: 'offset_out_of_range' });
    await expect(reader.fetch(await request(topic, { offset: 9n }))).rejects.toMatchObject({
      kind: 'offset_out_of_range',
    });
    expect(await reader.fetchOne(await request(topic, { offset: 0n }))).toBeNull();
    expect(await reader.fetch(await request(topic, { offset: 2n }))).toMatchObject({
      logStart: 2n,
      nextOffset: 3n,
    });
  });

  it('expands every codec', async () => {
    const topic = `${prefix}codecs`;
    const codecs: CompressionAlgorithmValue[] = ['gzip', 'snappy', 'lz4', 'zstd'];
    const values = codecs.map((codec) =>
      Array.from({ length: 50 }, (_, n) => `${codec} ${n} ${'x'.repeat(n * 40)}`),
    );
    const producer = rawProducer();
    try {
      for (const [index, compression] of codecs.entries())
        await producer.send({
          messages: (values[index] ?? []).map((value) => ({
            topic,
            partition: 0,
            value: Buffer.from(value),
          })),
          compression,
          acks: ProduceAcks.ALL,
        });
    } finally {
      await producer.close();
    }
    const answer = await createReader(link).fetch(await request(topic));
    expect(answer.unreadable).toEqual([]);
    expect(answer.records.map((record) => text(record.value))).toEqual(values.flat());
    // Batches of 50 kB, within the limit each, expand together to more than what is held at once: the rest is for the next fetch.
    const small = createReader(link, { expandedBytesMax: 60_000 });
    const half = await small.fetch(await request(topic));
    expect(half.records.length).toBeGreaterThan(50);
    expect(half.records.length).toBeLessThan(100);
    expect(half.nextOffset).toBe(BigInt(half.records.length));
    const found = [...half.records];
    for (let { nextOffset } = half; nextOffset < half.highWatermark; ) {
      const more = await small.fetch(await request(topic, { offset: nextOffset }));
      found.push(...more.records);
      ({ nextOffset } = more);
    }
    expect(found.map((record) => text(record.value))).toEqual(values.flat());
  });

  it('reports a batch that expands past the limit, and reads on', async () => {
    const topic = `${prefix}bomb`;
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const bomb = Buffer.alloc(32 << 20, 'a');
    expect(gzipSync(bomb).length).toBeLessThan(1 << 20);
    await producer.send({ topic, messages: [{ value: 'before' }] });
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ value: bomb }] });
    await producer.send({ topic, messages: [{ value: 'after' }] });
    await producer.disconnect();
    const reader = createReader(link, { expandedBytesMax: 4 << 20 });
    const answer = await reader.fetch(await request(topic));
    expect(answer.records.map((record) => text(record.value))).toEqual(['before', 'after']);
    expect(answer.unreadable).toMatchObject([{ firstOffset: 1n, lastOffset: 1n }]);
    expect(answer.nextOffset).toBe(3n);
    await expect(reader.fetchOne(await request(topic, { offset: 1n }))).rejects.toMatchObject({
      kind: 'record_too_large',
    });
  });
});

describe('a call to the leader of a partition', () => {
  /** Answers so often that it is not the leader. */
  const ask = async (times: number) => {
    let asked = 0;
    const call = async () => {
      if (asked++ < times) throw new ProtocolError('NOT_LEADER_OR_FOLLOWER');
      return 'leader';
    };
    const place = { topic: `${prefix}plain`, partition: 0 };
    const answer = await link.toLeader(place, 'A question', call).catch((error: Error) => error);
    return { asked, answer };
  };

  it('is asked again while a leader that was told of has not taken over, and not for ever', async () => {
    expect(await ask(4)).toEqual({ asked: 5, answer: 'leader' });
    expect(await ask(100)).toMatchObject({ asked: 5, answer: { kind: 'unreachable' } });
  });
});
