import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { allOutcomes } from '#fixtures/all-outcomes.ts';
import { createExecutionBench, type ExecutionBench } from '#fixtures/execution.ts';
import type { SealedReplay } from '#fixtures/replay.ts';
import { replayId } from '#lib/domain/kernel/brand.ts';
import { outcomeRoot } from '#lib/domain/replays/batch.ts';
import { allSettled, verificationOf } from '#lib/domain/replays/verification.ts';
import type { Database } from '#lib/store/database.ts';
import { batchTerms } from './deps.ts';

let bench: ExecutionBench;
beforeAll(async () => {
  bench = await createExecutionBench();
});
afterEach(() => bench.endTest());
afterAll(() => bench.drop());

const noteReturn = (replay: SealedReplay, ordinal: number) =>
  bench.sql(
    `INSERT INTO replay_return (replay_id, ordinal, topic_id, partition, "offset", at) VALUES ($1, $2, 'back', 0, 0, now())`,
    [replay.id, ordinal],
  );
const lettersOf = async (replay: SealedReplay) =>
  (
    await bench.sql(
      'SELECT disposition, count(*)::int AS n FROM dead_letter_disposition WHERE replay_id = $1 GROUP BY 1 ORDER BY 1',
      [replay.id],
    )
  ).rows;
const batches = { ...batchTerms, closedAtOnce: 4 };

/**
 * The database as a closing writes into it: how far each of its transactions says that it has come, null for the one that ends it.
 * @param breaks whether the connection breaks with the transaction that was noted last, which is lost then
 */
function closingInto(
  replay: SealedReplay,
  breaks: (cursors: readonly (number | null)[]) => Promise<boolean>,
) {
  const cursors: (number | null)[] = [];
  const { transact } = bench.database;
  const database: Database = {
    ...bench.database,
    transact: (work, options) =>
      transact(async (stores) => {
        const before = await stores.replays.read(replay.id);
        const done = await work(stores);
        const after = await stores.replays.read(replay.id);
        const next = after?.run?.closing?.next ?? null;
        if (after?.revision === before?.revision || (next === null && cursors.length === 0)) return done;
        cursors.push(next);
        if (await breaks(cursors)) throw new Error('The connection broke.');
        return done;
      }, options),
  };
  return { cursors, database };
}

it('is closed page by page; a worker goes on where the last one stopped, takes back what no longer holds, and the root is that of all lines at once', async () => {
  const replay = await bench.prepare({ records: 11, canary: 11 });
  await bench.consume(replay);
  // With the second page, when the first record has just been found to be back; and with the second page again.
  const { cursors, database } = closingInto(replay, async (seen) => {
    if (seen.length === 2) await noteReturn(replay, 0);
    return seen.at(-1) === 8 && seen.filter((each) => each === 8).length <= 2;
  });
  const ended = await bench.run(replay, { database, batches });

  // From the beginning where the end is another one, and where it stopped where it is the same.
  expect(cursors).toEqual([4, 8, 4, 8, 8, null]);
  expect([ended?.state, ended?.run?.closing]).toEqual(['came_back', undefined]);
  const { replayReturns, audit } = bench.database.stores;
  const watermarks = await replayReturns.watermarks(replay.id);
  const lines = (
    await allOutcomes({ database: bench.database }, { id: replayId(replay.id), plan: ended?.plan ?? null })
  ).map(
    (outcome) =>
      [
        outcome[0],
        verificationOf(outcome, { watermarks, returned: new Set([0]), hasTarget: true }, allSettled),
      ] as const,
  );
  expect(lines.map(([, end]) => end)).toEqual(['came_back', ...Array(10).fill('consumed_past')]);
  const [closed] = await audit.list(
    { resource: `replay/${replay.id}`, action: 'replay.verification_closed' },
    { limit: 1, before: null },
  );
  expect(closed?.detail).toMatchObject({ root: outcomeRoot(lines), consumedPast: 10, cameBack: 1 });
  expect(await lettersOf(replay)).toEqual([
    { disposition: 'consumed_past', n: 10 },
    { disposition: 'replayed', n: 1 },
  ]);
});

it('a closing that was broken off twice still takes back what the first one said, on pages that the second did not come to', async () => {
  const replay = await bench.prepare({ records: 11, canary: 11 });
  await bench.consume(replay);
  // The end of the first is lost, when a record of its second page has just been found to be back; the second does not come past its first page.
  const { cursors, database } = closingInto(replay, async (seen) => {
    if (seen.length === 3) await noteReturn(replay, 5);
    return seen.length === 3 || seen.length === 5;
  });
  const ended = await bench.run(replay, { database, batches });
  expect(cursors).toEqual([4, 8, null, 4, 8, 8, null]);
  expect([ended?.state, ended?.run?.closing]).toEqual(['came_back', undefined]);
  expect(await lettersOf(replay)).toEqual([
    { disposition: 'consumed_past', n: 10 },
    { disposition: 'replayed', n: 1 },
  ]);
});
