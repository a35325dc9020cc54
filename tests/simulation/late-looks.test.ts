import { expect, it } from 'vitest';
import { executionLease } from '#lib/usecases/execute/deps.ts';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { observe } from '#lib/usecases/execute/observe.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { executionOf } from './worker.ts';
import { World } from './world.ts';

it('a worker that was stopped while it looked at the target writes nothing of that once another has the replay', async () => {
  const world = new World({ seed: 1, only: [] });
  const [submitted] = world.replays;
  if (!submitted) throw new Error('A world has a replay.');
  const { replay } = submitted;
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases } = deps.database.stores;
  const lookLate = async () => {
    const lease = await leases.acquire(executionLease(replay.id, 0), 'one', 3000);
    if (!lease) throw new Error('Nobody else has the lease.');
    const session = await takeOver(deps, replay, lease, 0);
    session.landings.push({ partition: 0, first: 0n, last: 2n });
    await observe(deps, replay, session);
    expect([...rows.watermark.values()]).toHaveLength(1);
    rows.watermark.clear();
    await leases.release(lease);
    await leases.acquire(lease.name, 'another', 3000);
    await observe(deps, replay, session);
  };
  let over = false;
  const ended = expect(lookLate().finally(() => (over = true))).rejects.toThrow(LeaseLost);
  await world.timeline.run(60_000, 10_000, () => over);
  await ended;
  expect([...rows.watermark.values()]).toEqual([]);
});
