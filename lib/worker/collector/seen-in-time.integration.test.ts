import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testCluster, testConsumer, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { defaultCollectorTimings, runCollector } from './run-collector.ts';

const prefix = testPrefix();
const [topic, groupId] = [`${prefix}orders`, `${prefix}group`];
const stalledAfterMs = 5_000;
/** What the issue promises on top of `stalledAfterMs` is 10 s, in which a collector that keeps its time makes so many rounds. */
const seenWithinRounds = 10_000 / defaultCollectorTimings.everyMs;
/** Ends what hangs: how long a round takes is the machine's affair. */
const hangsAfterMs = 120_000;

const connection = connectCluster(testCluster());
const over = new AbortController();
const producer = testProducer();
let test: TestDatabase;
let collecting: Promise<void>;
let producing: NodeJS.Timeout;

beforeAll(async () => {
  test = await createTestDatabase();
  await createTopics([{ topic, partitions: 1 }]);
  await producer.connect();
  const flow = { name: 'orders', cluster: 'main', groups: [{ id: groupId }], mask: [] };
  collecting = runCollector(
    {
      cluster: 'main',
      connection,
      database: test.database,
      flows: [{ ...flow, objectives: { stalledAfterMs } }] as unknown as Flow[],
      clock: () => new Date(),
      log: () => undefined,
    },
    { signal: over.signal },
  );
  producing = setInterval(() => producer.send({ topic, messages: [{ value: 'order' }] }), 200);
});
afterAll(async () => {
  clearInterval(producing);
  over.abort();
  await collecting;
  await producer.disconnect();
  await connection.close();
  await test.drop();
});

/**
 * Waits until the group has this status. It has to come with one of the next rounds after `dueMs`, on the clock of the collector.
 * @returns of when the round is that first had it
 */
async function untilSeen(wanted: LagStatus, dueMs = Number.POSITIVE_INFINITY): Promise<number> {
  const late = new Set<number>();
  let last: string | undefined;
  for (const until = Date.now() + hangsAfterMs; Date.now() < until; await sleep(50)) {
    const group = await test.database.stores.lag.readGroup('main', groupId);
    last = group?.status;
    if (!group) continue;
    const asOfMs = group.asOf.getTime();
    if (last === wanted) return asOfMs;
    if (asOfMs > dueMs) late.add(asOfMs);
    expect(late.size, `rounds in which the group was ${last} and not ${wanted}`).toBeLessThan(
      seenWithinRounds,
    );
  }
  throw new Error(`The group is not ${wanted} within ${hangsAfterMs} ms, but ${last}.`);
}

it('stalling, stopping and rewinding a real consumer are seen in time, and so is that it is well again', async () => {
  let gate: Promise<void> | null = null;
  let passedMs = 0;
  const blocked = Promise.withResolvers<void>();
  const consumer = testConsumer(groupId, { sessionTimeout: 300_000, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async () => {
      if (gate) {
        blocked.resolve(); // everything before it is committed
        await gate;
      } else passedMs = Date.now();
    },
  });
  await untilSeen('ok');

  const { promise, resolve: release } = Promise.withResolvers<void>();
  gate = promise;
  await blocked.promise;
  const stalledMs = await untilSeen('stalled', Date.now() + stalledAfterMs);
  // Not before its time either: the last commit came after the record before.
  expect(stalledMs - passedMs).toBeGreaterThanOrEqual(stalledAfterMs);
  gate = null;
  release();
  await untilSeen('ok');

  await consumer.disconnect();
  await untilSeen('stopped', Date.now() + stalledAfterMs);

  await commitOffsets(groupId, topic, { 0: 1 });
  await untilSeen('rewound', Date.now());
});
