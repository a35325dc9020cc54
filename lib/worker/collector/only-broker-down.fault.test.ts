import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeExample } from '#fixtures/check-examples.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { declaredFlow } from '#fixtures/declared-flows.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { type KafkaCluster, startKafkaCluster } from '#fixtures/kafka-cluster.ts';
import { type WatchedCluster, watchedCluster } from '#fixtures/watched-cluster.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import { checkAgainstCluster } from '#lib/usecases/checks/check-against-cluster.ts';

const shownMs = 15_000;
/** Ends what hangs, where nobody promises a time. */
const settledMs = 90_000;
const setUpMs = 300_000;
const only = 1;
let kafka: KafkaCluster;
let test: TestDatabase;
let watched: WatchedCluster;

beforeAll(async () => {
  [kafka, test] = await Promise.all([
    startKafkaCluster({ brokers: 1, configs: { 'auto.create.topics.enable': 'true' } }),
    createTestDatabase(),
  ]);
  watched = watchedCluster(kafka.bootstrap, test.database);
  await watched.withAdmin((admin) =>
    admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'orders', numPartitions: 1 }] }),
  );
  await watched.produce('orders', 0, 10);
  await watched.commit('payments', 'orders', { 0: 4 });
}, setUpMs);
afterAll(async () => {
  await watched?.close();
  await kafka?.close();
  await test?.drop();
});

describe('the only broker of a cluster', () => {
  it('creates topics for whoever names one, where it is told to', async () => {
    const cluster = connectCluster({ ...testCluster(), bootstrapServers: [...kafka.bootstrap] });
    const flow = declaredFlow('orders', { topic: topicName('orders') });
    const [checked] = await checkAgainstCluster(cluster, [flow], null, Date.now()).finally(() =>
      cluster.close(),
    );
    seeExample(checked?.findings ?? [], 'auto_created_topics', 'fails', 'main', /enable=true/);
    // Looking for topics that are not there has created none.
    seeExample(checked?.findings ?? [], 'topic_absent', 'fails', flow.deadLetters ?? '');
    const names = await watched.withAdmin((admin) => admin.listTopics());
    expect(names).not.toContain(flow.deadLetters);
  });

  it('killed: unreachable within 15 s, with the last good data and its age; started again: healed by itself', async () => {
    await watched.group('payments', (each) => each.lagRecords === '6', settledMs);
    await kafka.kill(only);
    const away = await watched.cluster(({ state }) => state === 'unreachable', shownMs);
    expect(away.data.detail).toMatch(/The last good data is from \d{4}-/);
    expect(away.triedAt.getTime()).toBeGreaterThan(away.asOf?.getTime() ?? Number.POSITIVE_INFINITY);
    const kept = await test.database.stores.lag.readGroup('main', 'payments');
    expect(kept?.lagRecords).toBe('6');

    await kafka.start(only);
    const back = await watched.cluster(({ state }) => state === 'ok', settledMs);
    expect(back.asOf?.getTime()).toBeGreaterThan(away.triedAt.getTime());
    expect(back.data).toMatchObject({ brokers: 1, brokersGone: 0, controller: only });
    await watched.group('payments', (each) => each.lagRecords === '6', settledMs);
    const events = await test.database.stores.groupEvents.list(
      [{ cluster: 'main', groupIds: ['payments'] }],
      { kind: 'deleted' },
      { limit: 5, after: null },
    );
    expect(events).toEqual([]);
  });
});
