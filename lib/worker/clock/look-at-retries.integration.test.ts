import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { indexedTopic, lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { int32, int64 } from '#lib/domain/dead-letters/testing/records.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { clusterName, flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import { readDeadLetterTopic } from '#lib/usecases/list-dead-letter-topics.ts';
import { lookAtRetries } from './look-at-retries.ts';

const prefix = testPrefix();
const letters = `${prefix}payments.dlt`;
const retries = [
  `${prefix}payments.retry-1`,
  `${prefix}payments.retry-2`,
  `${prefix}unread`,
  `${prefix}not-there`,
];
const [first = '', second = '', unread = ''] = retries;
const group = `${prefix}payments`;
const cluster = connectCluster(testCluster());
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await createTopics([
    { topic: letters },
    { topic: first, partitions: 2 },
    { topic: second },
    { topic: unread },
  ]);
});
afterAll(async () => {
  await withTestAdmin(async (admin) => {
    await admin.deleteGroups([group]);
    await admin.deleteTopics({ topics: [letters, first, second, unread] });
  });
  await cluster.close();
  await test.drop();
});

it('tells of each retry topic what its group has not passed, when that is tried again, and which are on their last try', async () => {
  const dueMs = 1_900_000_000_000;
  const spring = (attempt: number, dueAtMs: number) => ({
    'kafka_original-topic': `${prefix}orders`,
    'kafka_exception-fqcn': 'com.shop.ProviderDown',
    'kafka_exception-message': `order ${attempt} was not answered`,
    'retry_topic-attempts': int32(attempt),
    'retry_topic-backoff-timestamp': int64(dueAtMs),
  });
  const producer = testProducer();
  await producer.connect();
  const send = (
    topic: string,
    messages: { partition: number; headers?: Record<string, Buffer | string> }[],
  ) => producer.send({ topic, messages: messages.map((each) => ({ key: 'k', value: 'v', ...each })) });
  // The first of partition 0 is passed; 3 wait there, 60 in partition 1, of which 40 are looked at.
  await send(first, [
    ...[0, 1, 2, 3].map((n) => ({ partition: 0, headers: spring(2, dueMs + n * 1000) })),
    ...Array.from({ length: 60 }, (_, n) => ({ partition: 1, headers: spring(2, dueMs + 5000 + n * 1000) })),
  ]);
  await send(second, [
    { partition: 0, headers: spring(3, dueMs + 500) },
    { partition: 0, headers: spring(3, dueMs + 900) },
  ]);
  await send(unread, [{ partition: 0 }]);
  await producer.disconnect();
  await withTestAdmin(async (admin) => {
    const commit = (topic: string, offsets: string[]) =>
      admin.setOffsets({
        ...{ groupId: group, topic },
        partitions: offsets.map((offset, partition) => ({ partition, offset })),
      });
    await commit(first, ['1', '0']);
    await commit(second, ['0']);
  });

  const { clusterId } = await cluster.admin.describeCluster();
  const [info] = await cluster.admin.describeTopics([letters]);
  const indexed = await indexedTopic(test.database, letters, 'payments', {
    clusterId,
    topicId: info?.topicId ?? '',
  });
  await indexed.arrive(1, { convention: 'spring-retry-topic', attempts: 3 });
  const flow = {
    ...{ name: flowName('payments'), cluster: clusterName('main'), topic: topicName(`${prefix}orders`) },
    ...{ groups: [{ id: groupId(group), isolation: null, replaySafe: true }], owner: {}, mask: [] },
    ...{ retryTopics: retries.map(topicName), deadLetters: topicName(letters), quarantine: null },
    ...{ objectives: { expiryLeadMs: null }, boundary: { contract: null } },
  } as unknown as Flow;
  const now = new Date();
  const config = lettersConfig([flow]);
  const deps = { cluster, database: test.database, config, clock: () => now, log: () => undefined };
  await lookAtRetries(deps);

  const topic = await readDeadLetterTopic(deps, someone('viewer'), indexed.at);
  const iso = (ms: number) => new Date(ms).toISOString();
  const unknown = { group: null, waitingRecords: null, lookedAtRecords: 0, dueFirstAt: null };
  expect(topic.nextWave?.asOf).toBe(now.toISOString());
  const [one, two, ...rest] = topic.nextWave?.topics ?? [];
  expect(one).toMatchObject({
    ...{ topic: first, group, waitingRecords: 63, lookedAtRecords: 43, method: 'sample' },
    ...{ dueFirstAt: iso(dueMs + 1000), dueLastAt: iso(dueMs + 64_000) },
    ...{ lastTryRecords: 0, deadLettersFirstAt: null },
  });
  expect(two).toMatchObject({
    ...{ topic: second, group, waitingRecords: 2, lookedAtRecords: 2, method: 'every_record' },
    ...{ dueFirstAt: iso(dueMs + 500), lastTryRecords: 2, deadLettersFirstAt: iso(dueMs + 500) },
    failures: [{ fingerprint: one?.failures[0]?.fingerprint, records: 2 }],
  });
  expect(rest).toMatchObject([
    { topic: unread, method: 'no_group', ...unknown },
    { topic: `${prefix}not-there`, method: 'no_topic', ...unknown },
  ]);
});
