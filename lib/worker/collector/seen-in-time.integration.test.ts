import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testCluster, testConsumer, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { runCollector } from './run-collector.ts';

const prefix = testPrefix();
const [topic, groupId] = [`${prefix}orders`, `${prefix}group`];
const stalledAfterMs = 5_000;
/** What the issue promises on top of `stalledAfterMs`. */
const seenWithinMs = 10_000;

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

async function untilSeen(wanted: LagStatus, withinMs: number): Promise<number> {
  const fromMs = performance.now();
  let last: string | undefined;
  while (performance.now() - fromMs <= withinMs) {
    last = (await test.database.stores.lag.readGroup('main', groupId))?.status;
    if (last === wanted) return performance.now() - fromMs;
    await sleep(50);
  }
  throw new Error(`The group is not ${wanted} within ${withinMs} ms, but ${last}.`);
}

it('stalling, stopping and rewinding a real consumer are seen in time, and so is that it is well again', async () => {
  let gate: Promise<void> | null = null;
  const consumer = testConsumer(groupId, { sessionTimeout: 60_000, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async () => {
      if (gate) await gate;
    },
  });
  await untilSeen('ok', 60_000);

  const { promise, resolve: release } = Promise.withResolvers<void>();
  gate = promise;
  const stalledMs = await untilSeen('stalled', stalledAfterMs + seenWithinMs);
  // Not before its time either: the last commit may have been up to a round before the gate closed.
  expect(stalledMs).toBeGreaterThan(stalledAfterMs - 3_000);
  gate = null;
  release();
  await untilSeen('ok', 30_000);

  await consumer.disconnect();
  await untilSeen('stopped', stalledAfterMs + seenWithinMs);

  await commitOffsets(groupId, topic, { 0: 1 });
  await untilSeen('rewound', seenWithinMs);
});
