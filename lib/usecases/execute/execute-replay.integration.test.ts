import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createExecutionBench, type ExecutionBench, numbersOf, upTo } from '#fixtures/execution.ts';
import type { testPolicyHash } from '#fixtures/replay.ts';

describe('executing a replay on a real broker', () => {
  let bench: ExecutionBench;
  beforeAll(async () => {
    bench = await createExecutionBench();
  });
  afterEach(() => bench.endTest());
  afterAll(() => bench.drop());

  it('sends every record once, keeps its headers but for the documented ones, and ends verified', async () => {
    const replay = await bench.prepare({ records: 300 });
    await bench.consume(replay);
    const ended = await bench.run(replay);
    expect(ended?.stateReason).toBeNull();
    expect(ended?.state).toBe('verified');
    expect(ended?.run?.readBack).toMatchObject({
      checked: 300,
      equal: 300,
      different: [],
      missing: [],
      orderHeld: true,
    });
    const found = await bench.readDestination(replay);
    expect(numbersOf(found)).toEqual(upTo(300));
    expect(found[0]?.headers).toEqual([
      'sluice-origin',
      'sluice-origin-timestamp',
      'sluice-replay-attempt',
      'sluice-replay-id',
      'sluice-replay-item',
      'x-app',
    ]);
    expect(await bench.counts(replay)).toMatchObject({ replayed: 300, unknown: 0 });
  });

  it('a worker that was lost between an outcome and what it means for its dead letters leaves that to the next', async () => {
    const replay = await bench.prepare({ records: 60, canary: 20, group: false });
    const what =
      'SELECT disposition, count(*)::int AS n FROM dead_letter_disposition WHERE replay_id = $1 GROUP BY 1';
    await bench.lose(replay, 'outcome_written', 1);
    expect((await bench.counts(replay)).replayed).toBe(20);
    expect((await bench.sql(what, [replay.id])).rows).toEqual([{ disposition: 'in_replay', n: 60 }]);
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('verified');
    expect((await bench.sql(what, [replay.id])).rows).toEqual([{ disposition: 'replayed', n: 60 }]);
  });

  it('sends the first batch alone and waits while the target does not consume it', async () => {
    const replay = await bench.prepare({ records: 100, canary: 10 });
    const done = bench.run(replay);
    const replayed = async () => (await bench.counts(replay)).replayed;
    await expect.poll(replayed, { timeout: 60_000 }).toBe(10);
    // As long as several judgements of the gates take: what would send more has its chance.
    await sleep(2000);
    const waiting = await bench.database.stores.replays.read(replay.id);
    expect(waiting?.state).toBe('canary');
    expect((await bench.readDestination(replay)).length).toBe(10);
    await bench.consume(replay);
    expect((await done)?.state).toBe('verified');
    expect((await bench.readDestination(replay)).length).toBe(100);
  });

  it.each([
    [
      'a changed bound',
      "UPDATE replay SET bounds = jsonb_set(bounds, '{maxRecords}', '999999') WHERE id = $1",
      'no longer fits its seal',
    ],
    [
      'a manifest of another root',
      "UPDATE replay SET manifest_root = repeat('a', 64) WHERE id = $1",
      'root that was sealed',
    ],
    ['no approval of this seal', 'DELETE FROM replay_approval WHERE replay_id = $1', 'approval'],
  ])('sends nothing with %s', async (_, tamper, reason) => {
    const replay = await bench.prepare({ records: 20 });
    await bench.sql(tamper, [replay.id]);
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('paused');
    expect(ended?.stateReason).toContain(reason);
    expect(await bench.readDestination(replay)).toEqual([]);
  });

  it('sends nothing when the policy of this worker is not the current one', async () => {
    const replay = await bench.prepare({ records: 20 });
    const ended = await bench.run(replay, { policyHash: () => 'b'.repeat(64) as typeof testPolicyHash });
    expect(ended?.state).toBe('paused');
    expect(ended?.stateReason).toContain("worker's policy file");
    expect(await bench.readDestination(replay)).toEqual([]);
  });

  it.each(['records_sent', 'before_commit', 'after_commit', 'before_outcome', 'intent_written'] as const)(
    'a worker lost at %s leaves nothing lost and nothing twice for the next one',
    async (point) => {
      const replay = await bench.prepare({ records: 200, canary: 5 });
      await bench.consume(replay);
      await bench.lose(replay, point, 2);
      const ended = await bench.run(replay);
      expect(ended?.stateReason).toBeNull();
      expect(ended?.state).toBe('verified');
      expect(numbersOf(await bench.readDestination(replay))).toEqual(upTo(200));
      expect(await bench.counts(replay)).toMatchObject({ replayed: 200, unknown: 0, skipped: 0 });
    },
  );
});
