import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type KafkaCluster, startKafkaCluster } from '#fixtures/kafka-cluster.ts';
import { type WatchedCluster, watchedCluster } from '#fixtures/watched-cluster.ts';

const shownMs = 15_000;
const setUpMs = 300_000;
const only = 1;
let kafka: KafkaCluster;
let test: TestDatabase;
let watched: WatchedCluster;

beforeAll(async () => {
  [kafka, test] = await Promise.all([startKafkaCluster({ brokers: 1 }), createTestDatabase()]);
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
  it('killed: unreachable within 15 s, with the last good data and its age; started again: healed by itself', async () => {
    await watched.group('payments', (each) => each.lagRecords === '6', shownMs);
    await kafka.kill(only);
    const away = await watched.cluster(({ state }) => state === 'unreachable', shownMs);
    expect(away.data.detail).toMatch(/The last good data is from \d{4}-/);
    expect(away.triedAt.getTime()).toBeGreaterThan(away.asOf?.getTime() ?? Number.POSITIVE_INFINITY);
    const kept = await test.database.stores.lag.readGroup('main', 'payments');
    expect(kept?.lagRecords).toBe('6');

    await kafka.start(only);
    const back = await watched.cluster(({ state }) => state === 'ok', 30_000);
    expect(back.asOf?.getTime()).toBeGreaterThan(away.triedAt.getTime());
    expect(back.data).toMatchObject({ brokers: 1, brokersGone: 0, controller: only });
    await watched.group('payments', (each) => each.lagRecords === '6', shownMs);
    const events = await test.database.stores.groupEvents.list(
      [{ cluster: 'main', groupIds: ['payments'] }],
      { kind: 'deleted' },
      { limit: 5, after: null },
    );
    expect(events).toEqual([]);
  });
});
