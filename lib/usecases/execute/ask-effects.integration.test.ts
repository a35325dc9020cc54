import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { type ChargeBooks, openChargeBooks } from '#fixtures/charge-books.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { approveAndExecute, executeUntilRest, planEverything } from '#fixtures/governed-execution.ts';
import { testConsumer } from '#fixtures/kafka.ts';
import { createProbes } from '#lib/probes/create-probes.ts';
import { describeReplay } from '../describe-replay.ts';
import { readReplayRecords } from '../read-replay-records.ts';
import { resumeReplay } from '../steer-replay.ts';

const charged = new Set<string>();
let test: TestDatabase;
let books: ChargeBooks;
let g: Governed;
let target: ReturnType<typeof testConsumer>;
const received: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  books = await openChargeBooks((key) => charged.has(key));
  const limits = { timeoutMs: 5000, atOnce: 4, budgetMs: 30_000 };
  g = await governedFlow(test.database, {
    policy: {
      ...{ recordsPerSecond: 10_000, ramp: [100] },
      canary: { records: 4, settleMs: 100, maxCameBackRatio: 0 },
      verify: { waitMs: 60_000, settleMs: 100 },
    },
    probes: createProbes([
      {
        ...{ kind: 'http', name: 'books', url: books.url, headers: {}, field: null },
        ...{ ...limits, done: [200], notDone: [404] },
      },
    ]),
    flow: {
      boundary: {
        ...plainBoundary,
        effects: [
          {
            ...{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId' },
            probe: { name: 'books', asks: books.url },
          },
        ],
      },
    },
  });
  await g.produce(12);
  target = testConsumer(g.flow.groups[0]?.id ?? '');
  await target.connect();
  await target.subscribe({ topics: [g.topics.retry], fromBeginning: true });
  await target.run({
    autoCommitInterval: 100,
    eachMessage: async ({ message }) => void received.push(String(message.key)),
  });
});
afterAll(async () => {
  await target.disconnect();
  books.close();
  await g.close();
  await test.drop();
});

it('asks again before each batch: pauses while nobody answers, and does not send what was done since it was planned', async () => {
  const { id } = await planEverything(g);
  // The answers that never came were late, and now the books are away.
  for (const key of ['order-3', 'order-8']) charged.add(key);
  books.failWith(503);
  const paused = await approveAndExecute(g, id);
  expect(paused).toMatchObject({ state: 'paused', resumesTo: 'canary' });
  expect(paused?.stateReason).toContain('it answered 503');
  expect(paused?.stateReason).toContain('Resume once the probe answers');
  expect(await describeReplay(g.deps, g.person('vera'), id)).toMatchObject({
    progress: { records: 12, remaining: 12, replayed: 0, skipped: 0 },
  });

  books.failWith(null);
  await resumeReplay(g.deps, g.person('ana'), id, {});
  const ended = await executeUntilRest(g, id);
  expect(ended).toMatchObject({ state: 'verified', stateReason: null });
  expect(received.toSorted()).toEqual(
    Array.from({ length: 12 }, (_, n) => `order-${n}`)
      .filter((key) => !charged.has(key))
      .toSorted(),
  );
  const skipped = await readReplayRecords(g.deps, g.person('vera'), id, {
    ...{ from: 0, limit: 50, outcome: 'skipped' },
  });
  expect(skipped.map(({ reason, destination }) => ({ reason, destination }))).toEqual([
    { reason: 'effect_done', destination: null },
    { reason: 'effect_done', destination: null },
  ]);
});
