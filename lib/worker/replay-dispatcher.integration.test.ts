import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createExecutionBench, type ExecutionBench, numbersOf, upTo } from '#fixtures/execution.ts';
import type { SealedReplay } from '#fixtures/replay.ts';
import { processTime } from '#lib/compose/process-time.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { dispatchReplays } from './replay-dispatcher.ts';

describe('a replay of several shards, executed by two workers', () => {
  let bench: ExecutionBench;
  let stop: AbortController;
  let working: Promise<void>[];
  beforeAll(async () => {
    bench = await createExecutionBench();
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(working);
    await bench.endTest();
  });
  afterAll(() => bench.drop());

  const startWorkers = (replay: SealedReplay): void => {
    stop = new AbortController();
    const workers = ['worker-1', 'worker-2'];
    const looked = new Set<string>();
    const allHaveLooked = Promise.withResolvers<void>();
    working = workers.map((workerId) => {
      const execution = bench.depsFor(replay);
      const { database, timings, log } = execution;
      /** Nobody looks again before each has looked once: alone for a second, one would have taken every shard. */
      const sleep: typeof processTime.sleep = async (ms, signal) => {
        looked.add(workerId);
        if (looked.size === workers.length) allHaveLooked.resolve();
        await Promise.all([processTime.sleep(ms, signal), allHaveLooked.promise]);
      };
      const runtime = { database, workerId, timings, execution, log, ...processTime, sleep };
      return dispatchReplays(runtime, stop.signal);
    });
  };
  const until = async (replay: SealedReplay, is: (replay: Replay) => boolean): Promise<Replay> => {
    for (;;) {
      const now = await bench.database.stores.replays.read(replay.id);
      if (now && is(now)) return now;
      await sleep(50);
    }
  };
  const shardsOf = async (replay: SealedReplay) => {
    const { rows } = await bench.sql(
      `SELECT b.shard, sum(b.replayed)::int AS replayed, min(l.holder) AS holder FROM replay_batch b
       JOIN lease l ON l.name = 'replay:' || b.replay_id || ':' || b.shard WHERE b.replay_id = $1 GROUP BY 1 ORDER BY 1`,
      [replay.id],
    );
    return rows as { shard: number; replayed: number; holder: string }[];
  };

  it('sends every record once, each shard the partitions that are its own, and closes once', async () => {
    const replay = await bench.prepare({ records: 900, canary: 30, shards: 3, recordsPerSecond: 300 });
    await bench.consume(replay);
    startWorkers(replay);
    const ended = await until(replay, ({ state }) => isTerminal(state) || state === 'paused');
    expect(ended.stateReason).toBeNull();
    expect(ended.state).toBe('verified');
    expect(ended.run?.readBack).toMatchObject({ checked: 900, equal: 900, missing: [], orderHeld: true });
    expect(numbersOf(await bench.readDestination(replay))).toEqual(upTo(900));
    const shards = await shardsOf(replay);
    expect(shards.map(({ shard }) => shard)).toEqual([0, 1, 2]);
    for (const { replayed } of shards) expect(replayed).toBeGreaterThan(100);
    expect(new Set(shards.map(({ holder }) => holder)).size).toBe(2);
    const { rows } = await bench.sql(
      `SELECT count(*)::int AS n FROM audit_event WHERE resource = $1 AND action = 'replay.execution_closed'`,
      [`replay/${replay.id}`],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('shares one rate', async () => {
    const replay = await bench.prepare({
      records: 300,
      canary: 3,
      shards: 3,
      recordsPerSecond: 60,
      group: false,
    });
    startWorkers(replay);
    await until(replay, ({ state }) => state === 'verified');
    const { rows } = await bench.sql(
      `SELECT extract(epoch FROM max(intent_at) - min(intent_at))::float8 AS seconds FROM replay_batch WHERE replay_id = $1`,
      [replay.id],
    );
    // All but the last batch had to be waited for, and a batch is at most a second of the rate.
    expect(rows[0].seconds).toBeGreaterThan(300 / 60 - 1.1);
  });

  it('ends every entry once when it is aborted half way', async () => {
    const replay = await bench.prepare({
      records: 600,
      canary: 9,
      shards: 3,
      recordsPerSecond: 150,
      group: false,
    });
    startWorkers(replay);
    const replayed = async () => (await bench.counts(replay)).replayed;
    while ((await replayed()) < 200) await sleep(20);
    await bench.sql(`UPDATE replay SET state = 'aborted', revision = revision + 1 WHERE id = $1`, [
      replay.id,
    ]);
    const ended = await until(replay, ({ executedAt }) => executedAt !== null);
    expect(ended.state).toBe('aborted');
    const counts = await bench.counts(replay);
    expect(counts.replayed + counts.skipped).toBe(600);
    expect(counts.skipped).toBeGreaterThan(0);
    expect(numbersOf(await bench.readDestination(replay))).toHaveLength(counts.replayed);
    const left = await bench.sql(
      `SELECT count(*)::int AS n FROM dead_letter_disposition WHERE replay_id = $1 AND disposition = 'in_replay'`,
      [replay.id],
    );
    expect(left.rows).toEqual([{ n: 0 }]);
  });
});
