import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { indexedTopic } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';
import type { TopicExpiry } from '#lib/store/dead-letter-expiry.ts';
import { createClock } from './run-clock.ts';

const prefix = testPrefix();
const hour = 3_600_000;
const configs = {
  aged: { 'retention.ms': String(10 * hour) },
  sized: { 'retention.ms': '-1', 'retention.bytes': '2000' },
  compacted: { 'cleanup.policy': 'compact' },
  kept: { 'retention.ms': '-1' },
  pointing: { 'retention.ms': '-1' },
  source: { 'retention.ms': String(3 * hour) },
} as const;
type Name = keyof typeof configs;
const topicOf = (name: Name) => `${prefix}${name}`;
const names = Object.keys(configs) as Name[];

const cluster = connectCluster(testCluster());
let test: TestDatabase;
let nowMs = Date.now();
const ids = new Map<string, string>();

beforeAll(async () => {
  test = await createTestDatabase();
  await createTopics(names.map((name) => ({ topic: topicOf(name), partitions: 2, configs: configs[name] })));
  for (const { topic, topicId } of await cluster.admin.describeTopics(names.map(topicOf)))
    ids.set(topic, topicId);
});
afterAll(async () => {
  await cluster.close();
  await test.drop();
});

const produce = async (name: Name, partition: number, timesMs: readonly number[], bytes = 10) => {
  const producer = testProducer();
  await producer.connect();
  await producer.send({
    topic: topicOf(name),
    messages: timesMs.map((atMs) => ({
      partition,
      key: 'k',
      value: 'x'.repeat(bytes),
      timestamp: String(atMs),
    })),
  });
  await producer.disconnect();
};

it('knows of each topic what goes first, when, by what and how sure', async () => {
  const { clusterId } = await cluster.admin.describeCluster();
  const indexed = (name: Name) =>
    indexedTopic(test.database, topicOf(name), null, { clusterId, topicId: ids.get(topicOf(name)) ?? '' });
  const { stores } = test.database;
  const start = nowMs;
  const at = (agoMs: number) => ({ at: new Date(start - agoMs) });

  // The first of partition 0 is dismissed, yet newer than the next one: that can't go before it.
  const aged = await indexed('aged');
  await aged.arrive(1, at(2 * hour));
  await aged.arrive(1, at(9 * hour));
  await aged.arrive(1, { ...at(hour), partition: 1 });
  const muted = fingerprint('f-muted');
  await aged.arrive(1, { ...at(9 * hour), partition: 1, fingerprint: muted });
  const letters = [{ topicId: aged.place.topicId, partition: 0, offset: 0n }];
  const by = { replayId: null, reason: null, by: 'ana', at: new Date() };
  await stores.dispositions.set(clusterId, letters, { disposition: 'dismissed', ...by });

  await produce(
    'sized',
    0,
    Array.from({ length: 10 }, () => start),
    100,
  );
  await (await indexed('sized')).arrive(10, at(0));
  await (await indexed('compacted')).arrive(1, at(hour));
  await (await indexed('kept')).arrive(1, at(1000 * hour));
  await produce('source', 1, [start - hour, start - 2 * hour]);
  await (await indexed('pointing')).arrive(2, {
    ...at(0),
    pointer: true,
    hop: { topic: topicOf('source'), partition: 1, offset: 1n },
  });

  const clock = createClock({
    cluster,
    database: test.database,
    clock: () => new Date(nowMs),
    log: () => undefined,
  });
  await clock();
  const read = async () => {
    const found = await stores.deadLetterExpiry.of(clusterId, [...ids.values()]);
    return (name: Name): TopicExpiry | undefined =>
      found.find((each) => each.topicId === ids.get(topicOf(name)));
  };
  const first = await read();
  expect(first('aged')?.first).toMatchObject({
    ...{ at: new Date(start + 8 * hour), by: 'time', sure: 'earliest', partition: 0, offset: 1n },
    ...{ source: null, retentionMs: 10 * hour },
  });
  expect(first('compacted')?.first).toMatchObject({ by: 'compaction', sure: 'possible' });
  expect(first('kept')).toMatchObject({ first: null, notTold: [] });
  expect(first('pointing')?.first).toMatchObject({
    ...{ at: new Date(start + hour), by: 'time', partition: 0, offset: 0n },
    source: { topic: topicOf('source'), partition: 1, offset: 1n },
  });
  // How fast it grows shows at the second look.
  expect(first('sized')).toMatchObject({ first: null, notTold: ['size'] });

  nowMs += 100_000;
  await produce('sized', 0, [nowMs, nowMs], 100);
  await clock();
  const second = (await read())('sized');
  expect(second).toMatchObject({ notTold: [], first: { by: 'size', sure: 'estimate', offset: 0n } });
  const inMs = (second?.first?.at.getTime() ?? 0) - nowMs;
  expect(inMs).toBeGreaterThan(100_000);
  expect(inMs).toBeLessThan(1_000_000);
});
