import { expect, it } from 'vitest';
import type { BatchRow } from '#lib/domain/replays/batch.ts';
import { executionLease } from '#lib/usecases/execute/deps.ts';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { recordOutcome } from '#lib/usecases/execute/record-outcome.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { executionOf } from './worker.ts';
import { World } from './world.ts';

it('a worker that was stopped while it took over does not settle the intent of the one that came after it', async () => {
  const world = new World({ seed: 1, only: [] });
  const [submitted] = world.replays;
  if (!submitted) throw new Error('A world has a replay.');
  const { replay } = submitted;
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases, replayBatches } = deps.database.stores;
  const settleLate = async () => {
    const lease = await leases.acquire(executionLease(replay.id, 0), 'one', 3000);
    if (!lease) throw new Error('Nobody else has the lease.');
    const stopped = await takeOver(deps, replay, lease, 0);
    await leases.release(lease);
    const next = await leases.acquire(lease.name, 'another', 3000);
    const batch: Omit<BatchRow, 'settledAt' | 'settlement' | 'outcome'> = {
      ...{ id: 'b', replayId: replay.id, shard: 0, fromOrdinal: 0, toOrdinal: 2 },
      ...{ fencingToken: next?.token ?? 0n, intentAt: world.timeline.date() },
      intent: { left: [], startOffsets: [], sentHashes: '' },
    };
    await replayBatches.intend(batch);
    const [open] = await replayBatches.unsettled(replay.id, 0);
    if (!open) throw new Error('An intent is open.');
    // It had read the cursor before: nothing of the batch was sent, as far as it knows.
    await recordOutcome(deps, replay, stopped, open, { settlement: 'not_sent', outcome: [] });
  };
  let over = false;
  const ended = expect(settleLate().finally(() => (over = true))).rejects.toThrow(LeaseLost);
  await world.timeline.run(60_000, 10_000, () => over);
  await ended;
  expect(rows.batch.get('b')?.settledAt).toBeNull();
});
