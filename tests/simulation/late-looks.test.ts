import { expect, it } from 'vitest';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { observe } from '#lib/usecases/execute/observe.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { endOf, freeLease, quietWorld } from './quiet-world.ts';
import { executionOf } from './worker.ts';

it('a worker that was stopped while it looked at the target writes nothing of that once another has the replay', async () => {
  const { world, replay } = quietWorld();
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases } = deps.database.stores;
  const lookLate = async () => {
    const lease = await freeLease(deps, replay, 3000);
    const session = await takeOver(deps, replay, lease, 0);
    session.landings.push({ partition: 0, first: 0n, last: 2n });
    await observe(deps, replay, session);
    expect([...rows.watermark.values()]).toHaveLength(1);
    rows.watermark.clear();
    await leases.release(lease);
    await leases.acquire(lease.name, 'another', 3000);
    await observe(deps, replay, session);
  };
  expect(await endOf(world, lookLate())).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
  expect([...rows.watermark.values()]).toEqual([]);
});
