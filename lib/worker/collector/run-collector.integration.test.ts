import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import {
  createTopics,
  testCluster,
  testConsumer,
  testKafka,
  testPrefix,
  testProducer,
} from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import { emptyMemory } from './memory.ts';
import { createRound, defaultCollectorTimings, runCollector } from './run-collector.ts';

const prefix = testPrefix();
const topic = `${prefix}orders`;
const group = (name: string) => `${prefix}${name}`;
const stalledAfterMs = 1_500;
/** Ends what hangs. */
const seenMs = 90_000;

let test: TestDatabase;
let connection: ClusterConnection;
const cleanups: (() => Promise<void>)[] = [];
const logged: string[] = [];

/** Every group of this file belongs to a flow with a short patience, so that stuck is seen soon. */
const flowOf = (...groups: string[]) =>
  [
    {
      name: 'orders',
      cluster: 'main',
      groups: groups.map((id) => ({ id })),
      objectives: { stalledAfterMs },
      mask: [],
    },
  ] as unknown as Flow[];

function collect(flows: readonly Flow[] = [], to: ClusterConnection = connection): () => Promise<void> {
  const stop = new AbortController();
  const running = runCollector(
    {
      cluster: 'main',
      connection: to,
      database: test.database,
      flows,
      clock: () => new Date(),
      log: (message) => logged.push(message),
      timings: { everyMs: 200, sampleEveryMs: 400, windowMs: 3_000, slowFactsEveryMs: 1_000 },
    },
    { signal: stop.signal },
  );
  const end = async () => {
    stop.abort();
    await running;
  };
  cleanups.push(end);
  return end;
}

async function seen(groupId: string, wanted: (group: GroupSnapshot) => boolean): Promise<GroupSnapshot> {
  let last: GroupSnapshot | null = null;
  for (const until = Date.now() + seenMs; Date.now() < until; await sleep(100)) {
    last = await test.database.stores.lag.readGroup('main', groupId);
    if (last && wanted(last)) return last;
  }
  throw new Error(`Not seen; last: ${JSON.stringify(last)}; log: ${logged.join(' | ')}`);
}

async function produce(count: number, to = topic, partition = 0) {
  const producer = testProducer();
  await producer.connect();
  await producer.send({
    topic: to,
    messages: Array.from({ length: count }, (_, i) => ({
      partition,
      key: `order-${i}`,
      value: `value ${i}`,
    })),
  });
  await producer.disconnect();
}

const commit = (groupId: string, offsets: Record<number, number>, on = topic) =>
  commitOffsets(groupId, on, offsets);

async function consume(groupId: string, eachMessage: (value: string) => Promise<void>, from = topic) {
  const consumer = testConsumer(groupId, { sessionTimeout: 30_000, heartbeatInterval: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic: from, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 200,
    eachMessage: ({ message }) => eachMessage(String(message.value)),
  });
  cleanups.push(() => consumer.disconnect());
  return consumer;
}

beforeAll(async () => {
  test = await createTestDatabase();
  connection = connectCluster(testCluster());
  await createTopics([{ topic, partitions: 2 }]);
  await produce(100);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await connection.close();
  await test.drop();
});

describe('runCollector', () => {
  it('shows the lag of a group behind, and stopped once nobody moves it', async () => {
    const groupId = group('behind');
    await commit(groupId, { 0: 40 });
    collect(flowOf(groupId));
    const stopped = await seen(groupId, (each) => each.status === 'stopped');
    expect(stopped).toMatchObject({
      lagRecords: '60',
      members: 0,
      flow: 'orders',
      topics: [topic],
      type: 'classic',
    });
    expect(stopped.partitions).toEqual([
      expect.objectContaining({
        topic,
        partition: 0,
        committed: '40',
        logStart: '0',
        highWatermark: '100',
        lagRecords: '60',
      }),
    ]);
    const waiting = await seen(groupId, (each) => each.blocking !== null);
    expect(waiting.blocking).toMatchObject({
      offset: '40',
      keyText: 'order-40',
      valueBytes: 8,
      sameKeyDeadLetters: 0,
    });
    expect(waiting.lagMsMethod).toBe('record');
  });

  it('tells a stalled member from a stopped group, and heals when it moves', async () => {
    const groupId = group('stuck');
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await commit(groupId, { 0: 10 });
    await consume(groupId, () => gate);
    cleanups.push(async () => release());
    collect(flowOf(groupId));
    const stalled = await seen(groupId, (each) => each.status === 'stalled');
    expect(stalled.partitions.find((each) => each.partition === 0)).toMatchObject({
      host: expect.stringMatching(/\d/),
      member: expect.any(String),
    });
    expect(stalled.memberList).toHaveLength(1);
    release();
    const healed = await seen(groupId, (each) => each.lagRecords === '0');
    expect(['ok', 'never_committed']).toContain(healed.status);
  });

  it('never committed is shown as such and not as 0', async () => {
    const groupId = group('new');
    const other = `${prefix}empty`;
    await createTopics([{ topic: other }]);
    await consume(groupId, async () => undefined, other);
    collect();
    const snapshot = await seen(groupId, (each) => each.partitions.length > 0);
    expect(snapshot).toMatchObject({ status: 'never_committed', lagRecords: null, lagMs: null });
    expect(snapshot.partitions[0]).toMatchObject({ committed: null, lagRecords: null, highWatermark: '0' });
  });

  it('lag that is only transaction markers is ok', async () => {
    const groupId = group('markers');
    const marked = `${prefix}marked`;
    await createTopics([{ topic: marked }]);
    const producer = testKafka().producer({
      transactionalId: `${prefix}tx`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: marked, messages: [{ value: 'one' }, { value: 'two' }] });
    await transaction.commit();
    await producer.disconnect();
    await commit(groupId, { 0: 2 }, marked);
    collect(flowOf(groupId));
    // The marker stands in the log a moment after Kafka has acknowledged the end of the transaction.
    const first = await seen(groupId, (each) => each.lagRecords === '1');
    const late = first.asOf.getTime() + stalledAfterMs + 1_000;
    const read = await seen(groupId, (each) => each.asOf.getTime() > late);
    expect(read).toMatchObject({ status: 'ok', lagRecords: '1', lagMs: 0 });
  });

  it('a topic that is deleted takes its offsets along: the group forgets it or shows it orphaned, never as 0', async () => {
    const groupId = group('gone');
    const doomed = `${prefix}doomed`;
    await createTopics([{ topic: doomed }]);
    await produce(5, doomed);
    await commit(groupId, { 0: 1 }, doomed);
    collect();
    await seen(groupId, (each) => each.lagRecords === '4');
    const admin = testKafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [doomed] });
    await admin.disconnect();
    for (const until = Date.now() + seenMs; ; await sleep(100)) {
      const now = await test.database.stores.lag.readGroup('main', groupId);
      if (now === null || now.lagRecords === null) {
        expect(now?.status ?? 'orphaned').toMatch(/orphaned|unknown/);
        break;
      }
      expect(now.lagRecords).toBe('4');
      if (Date.now() > until) throw new Error(`still ${JSON.stringify(now)}`);
    }
  });

  it('a restart forgets nothing: time lag and stuck times go on', async () => {
    const groupId = group('restart');
    await commit(groupId, { 1: 0 });
    const end = collect(flowOf(groupId));
    await seen(groupId, (each) => each.status === 'ok');
    await produce(3, topic, 1);
    const before = await seen(groupId, (each) => each.lagRecords === '3' && each.lagMs !== null);
    expect(before.lagMsMethod).toBe('interpolated');
    await sleep(600);
    await end();
    await test.database.stores.lag.keepOnly('main', []);
    collect(flowOf(groupId));
    const after = await seen(groupId, (each) => each.lagMs !== null);
    expect(after.lagMsMethod).toBe('interpolated');
    expect(after.lagMs).toBeGreaterThan(before.lagMs ?? Number.POSITIVE_INFINITY);
  });

  it('a cluster that does not answer is named; groups keep their last data and its age', async () => {
    const groupId = group('kept');
    await commit(groupId, { 0: 90 });
    const end = collect();
    const before = await seen(groupId, (each) => each.lagRecords === '10');
    await end();
    const unreachable = connectCluster({
      name: 'main',
      bootstrapServers: ['127.0.0.1:1'],
      properties: {},
      writeProperties: {},
      schemaRegistry: null,
      readOnly: true,
    });
    cleanups.push(() => unreachable.close());
    collect([], unreachable);
    const { lag } = test.database.stores;
    for (const until = Date.now() + seenMs; ; await sleep(100)) {
      const [cluster] = await lag.readClusters();
      if (cluster?.state === 'unreachable') {
        expect(cluster.data.detail).toMatch(/last good data is from \d{4}/);
        expect(cluster.data.brokers).toBe(1);
        expect(cluster.triedAt.getTime()).toBeGreaterThan(
          cluster.asOf?.getTime() ?? Number.POSITIVE_INFINITY,
        );
        break;
      }
      if (Date.now() > until) throw new Error(`still ${JSON.stringify(cluster)}`);
    }
    const kept = await lag.readGroup('main', groupId);
    expect(kept?.lagRecords).toBe('10');
    expect(kept?.asOf.getTime()).toBeGreaterThanOrEqual(before.asOf.getTime());
  });

  it('leaves out the groups of Sluice itself, and keeps history', async () => {
    const own = `sluice.${prefix}replay`;
    const groupId = group('history');
    await commit(own, { 0: 1 });
    await commit(groupId, { 0: 70, 1: 0 });
    collect();
    await seen(groupId, (each) => each.lagRecords !== null);
    const { lag } = test.database.stores;
    expect(await lag.readGroup('main', own)).toBeNull();
    const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + seenMs), stepMs: 1_000 };
    await expect
      .poll(async () => (await lag.history.series('main', groupId, range)).length, { timeout: seenMs })
      .toBe(3);
    const series = await lag.history.series('main', groupId, range);
    expect(series.find((each) => each.topic === null)?.points.at(-1)?.lagRecords).toBeGreaterThanOrEqual(30n);
    expect((await lag.history.totals('main', [groupId], range)).get(groupId)?.length).toBeGreaterThan(0);
  });
});

it('asks for the settings of a topic that comes within seconds, and not in every round', async () => {
  const asked: string[][] = [];
  const topicConfigs: ClusterConnection['admin']['topicConfigs'] = (names) => {
    asked.push([...names]);
    return connection.admin.topicConfigs(names);
  };
  let nowMs = Date.now();
  const round = createRound(
    {
      ...{ cluster: 'main', database: test.database, flows: [] },
      connection: { ...connection, admin: { ...connection.admin, topicConfigs } },
      clock: () => new Date(nowMs),
      log: (message) => logged.push(message),
    },
    defaultCollectorTimings,
    emptyMemory(),
    new AbortController().signal,
  );
  const askedAfter = async (ms: number) => {
    nowMs += ms;
    await round();
    return asked.splice(0).flat();
  };
  expect(await askedAfter(0)).toContain(topic);
  const late = `${prefix}late`;
  await createTopics([{ topic: late }]);
  expect(await askedAfter(2_000)).toEqual([]);
  expect(await askedAfter(4_000)).toContain(late);
});
