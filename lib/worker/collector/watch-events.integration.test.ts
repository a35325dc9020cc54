import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import {
  createTopics,
  testBrokers,
  testConsumer,
  testKafka,
  testPrefix,
  testProducer,
} from '#fixtures/kafka.ts';
import { type WatchedCluster, watchedCluster } from '#fixtures/watched-cluster.ts';
import type { GroupEventKind } from '#lib/domain/lag/group-sight.ts';

const prefix = testPrefix();
const topic = `${prefix}orders`;
/** Ends what hangs. A transaction is open for long after 10 s, and a round takes what the machine has left for it. */
const shownMs = 90_000;
let test: TestDatabase;
let watched: WatchedCluster;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  await createTopics([{ topic, partitions: 2 }]);
  watched = watchedCluster(testBrokers(), test.database);
  await watched.cluster(({ asOf }) => asOf !== null, shownMs);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await watched.close();
  await test.drop();
});

const eventsOf = async (groupId: string) =>
  test.database.stores.groupEvents.list(
    [{ cluster: 'main', groupIds: [groupId] }],
    {},
    { limit: 100, after: null },
  );
/** Kinds seen so far, oldest first, once the wanted one is among them. */
async function kindsWith(groupId: string, wanted: GroupEventKind): Promise<GroupEventKind[]> {
  for (const until = Date.now() + shownMs; ; await sleep(150)) {
    const kinds = (await eventsOf(groupId)).map((each) => each.kind).reverse();
    if (kinds.includes(wanted)) return kinds;
    if (Date.now() > until) throw new Error(`no ${wanted} within ${shownMs} ms: ${kinds.join()}`);
  }
}

async function join(groupId: string): Promise<Consumer> {
  const consumer = testConsumer(groupId, { heartbeatInterval: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({ eachMessage: async () => undefined });
  await joined;
  cleanups.push(() => consumer.disconnect());
  return consumer;
}

async function produce(count: number) {
  const producer = testProducer();
  await producer.connect();
  await producer.send({
    topic,
    messages: Array.from({ length: count }, () => ({ partition: 0, value: 'x' })),
  });
  await producer.disconnect();
}

describe('what happens to a group', () => {
  it('appears, is joined, has its members replaced, empties and is deleted', async () => {
    const groupId = `${prefix}deployed`;
    const first = await join(groupId);
    // Settled: what is first seen in the middle of a rebalance is not a second one when it ends.
    await watched.group(groupId, (each) => each.members === 1 && /^stable$/i.test(each.state), shownMs);
    await first.disconnect();
    const next = await join(groupId);
    const kinds = await kindsWith(groupId, 'members_replaced');
    expect(kinds[0]).toBe('appeared');
    expect(kinds).toContain('rebalanced');
    expect(await test.database.stores.groupEvents.rebalances('main', [groupId], new Date(0))).toEqual(
      new Map([[groupId, expect.any(Number)]]),
    );

    await next.disconnect();
    await kindsWith(groupId, 'became_empty');
    await watched.withAdmin((admin) => admin.deleteGroups([groupId]));
    await kindsWith(groupId, 'deleted');
    expect(await test.database.stores.lag.readGroup('main', groupId)).toBeNull();
  });

  it('offsets that went back are a reset, told once, also over a restart of the worker', async () => {
    const groupId = `${prefix}reset`;
    await produce(10);
    await commitOffsets(groupId, topic, { 0: 9 });
    await watched.group(groupId, (each) => each.partitions[0]?.committed === '9', shownMs);
    await commitOffsets(groupId, topic, { 0: 2 });
    await kindsWith(groupId, 'offsets_reset');
    const before = await eventsOf(groupId);
    expect(before.find((each) => each.kind === 'offsets_reset')?.text).toBe(
      `Offsets of ${topic} went back by 7 records on 1 partition.`,
    );
    await watched.restart();
    const asOf = (await watched.group(groupId, () => true, shownMs)).asOf;
    await watched.group(groupId, (each) => each.asOf > asOf, shownMs);
    expect(await eventsOf(groupId)).toEqual(before);
  });
});

describe('trouble that the status of a group tells of', () => {
  it('is an event from one to the next, once each, also over a restart of the worker', async () => {
    const groupId = `${prefix}troubled`;
    await produce(3);
    await commitOffsets(groupId, topic, { 0: 1 });
    const told = async () =>
      (await eventsOf(groupId)).filter((each) => each.kind === 'status_changed').map((each) => each.text);
    const status = (wanted: string) => watched.group(groupId, (each) => each.status === wanted, shownMs);
    // What is first seen in trouble has not changed into it.
    await watched.group(groupId, (each) => each.partitions[0]?.committed === '1', shownMs);
    await commitOffsets(groupId, topic, { 0: 1_000_000 });
    await status('ahead');
    await expect.poll(told, { timeout: shownMs }).toEqual([expect.stringMatching(/^Now ahead, /)]);
    await watched.restart();
    await commitOffsets(groupId, topic, { 0: 2 });
    const seen = await watched.group(
      groupId,
      (each) => each.status !== 'ahead' && each.status !== 'unknown',
      shownMs,
    );
    await expect
      .poll(told, { timeout: shownMs })
      .toEqual([`Now ${seen.status}, before ahead.`, expect.stringMatching(/^Now ahead, /)]);
  });
});

describe('what happens to a log', () => {
  it('a topic deleted and made anew begins anew: never the old lag, never a reset', async () => {
    const doomed = `${prefix}doomed`;
    const groupId = `${prefix}recreated`;
    await createTopics([{ topic: doomed }]);
    await watched.produce(doomed, 0, 8);
    await commitOffsets(groupId, doomed, { 0: 3 });
    await watched.group(groupId, (each) => each.lagRecords === '5', shownMs);
    await watched.withAdmin((admin) => admin.deleteTopics({ topics: [doomed] }));
    await createTopics([{ topic: doomed }]);
    // A broker that has not heard of it yet would take the records into the old log, which goes with it.
    const end = () => watched.withAdmin(async (admin) => (await admin.fetchTopicOffsets(doomed))[0]?.high);
    await expect.poll(end, { timeout: shownMs }).toBe('0');
    await watched.produce(doomed, 0, 2);
    await commitOffsets(groupId, doomed, { 0: 1 });
    await watched.group(groupId, (each) => each.lagRecords === '1', shownMs);
    expect((await eventsOf(groupId)).map((each) => each.kind)).not.toContain('offsets_reset');
  });

  it('a group whose offsets are gone is gone, not at 0, and comes back with the next commit', async () => {
    const groupId = `${prefix}expired`;
    await commitOffsets(groupId, topic, { 0: 1 });
    await watched.group(groupId, (each) => each.partitions.length === 1, shownMs);
    // As Kafka does it after offsets.retention.
    await watched.withAdmin((admin) => admin.deleteGroups([groupId]));
    await kindsWith(groupId, 'deleted');
    expect(await test.database.stores.lag.readGroup('main', groupId)).toBeNull();
    await commitOffsets(groupId, topic, { 0: 2 });
    await watched.group(groupId, (each) => each.partitions[0]?.committed === '2', shownMs);
    expect((await eventsOf(groupId)).map((each) => each.kind)).not.toContain('offsets_reset');
  });

  it('a transaction left open is named with who holds it and where, and is over once it ends', async () => {
    const held = `${prefix}held`;
    const groupId = `${prefix}waiting`;
    await createTopics([{ topic: held }]);
    await commitOffsets(groupId, held, { 0: 0 });
    const transactionalId = `${prefix}tx`;
    const producer = testKafka().producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 120_000,
    });
    await producer.connect();
    cleanups.push(() => producer.disconnect());
    const transaction = await producer.transaction();
    await transaction.send({ topic: held, messages: [{ value: 'a' }, { value: 'b' }] });
    const long = (each: { code: string; examples: readonly string[] }) =>
      each.code === 'transaction_open_long' && each.examples.includes(transactionalId);
    const seen = await watched.cluster(({ data }) => data.findings.some(long), shownMs);
    const found = seen.data.findings.find(long);
    expect(found).toMatchObject({ severity: 'warn' });
    expect(found?.groups).toContain(groupId);
    expect(seen.data.findings.find(long)?.sentence).toMatch(
      /holds back .*read_committed consumers wait there/,
    );
    await transaction.commit();
    await watched.cluster(({ data }) => !data.findings.some(long), shownMs);
  });
});
