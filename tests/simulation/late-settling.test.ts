import { expect, it } from 'vitest';
import type { BatchRow } from '#lib/domain/replays/batch.ts';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { recordOutcome } from '#lib/usecases/execute/record-outcome.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { endOf, freeLease, quietWorld } from './quiet-world.ts';
import { executionOf } from './worker.ts';

it('a worker that was stopped while it took over does not settle the intent of the one that came after it', async () => {
  const { world, replay } = quietWorld();
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases, replayBatches } = deps.database.stores;
  const settleLate = async () => {
    const lease = await freeLease(deps, replay, 3000);
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
  expect(await endOf(world, settleLate())).toMatchObject({
    status: 'rejected',
    reason: expect.any(LeaseLost),
  });
  expect(rows.batch.get('b')?.settledAt).toBeNull();
});
