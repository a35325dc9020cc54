import { expect, it } from 'vitest';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import { abortRest } from '#lib/usecases/execute/abort-rest.ts';
import { holdReplay } from '#lib/usecases/execute/change-replay.ts';
import { Hold, LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { abortReplay } from '#lib/usecases/steer-replay.ts';
import { person } from './governed-flow.ts';
import { decidingOn } from './people.ts';
import { endOf, freeLease, quietWorld } from './quiet-world.ts';
import { executionOf } from './worker.ts';
import type { World } from './world.ts';

const leaseMs = 30_000;

/** A world without faults in which the first replay stands so. */
function worldWith(change: Partial<Replay>): { world: World; replay: Replay } {
  const { world, replay: submitted } = quietWorld();
  if (!submitted.plan) throw new Error('A world has a planned replay.');
  const now = world.timeline.date();
  const rates = { canaryRecords: 1, recordsPerSecond: 10 };
  const run = initialRun(submitted.plan, rates, now);
  const replay: Replay = { ...submitted, startedAt: now, run, ...change };
  world.postgres.tables.rows.replay.set(replay.id, replay);
  return { world, replay };
}

it('lets go of the records when a person aborts out of a paused verification', async () => {
  const { world, replay } = worldWith({
    state: 'paused',
    resumesTo: 'verifying',
    executedAt: new Date(),
  });
  const { rows } = world.postgres.tables;
  expect(rows.reservation.has(replay.id)).toBe(true);
  const deps = decidingOn(world, world.newProcess('web'));
  const ended = await endOf(world, abortReplay(deps, person('ana'), replay.id, { reason: 'enough' }));
  expect(ended).toMatchObject({ status: 'fulfilled', value: { state: 'aborted' } });
  expect(rows.reservation.has(replay.id)).toBe(false);
});

it('lets go of the records when a gate aborts the verification, and says when it ended', async () => {
  const { world, replay } = worldWith({ state: 'verifying', executedAt: new Date() });
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { plan } = replay;
  const aborting = plan && {
    ...replay,
    plan: { ...plan, gates: { ...plan.gates, onFail: 'abort' as const } },
  };
  if (!aborting) throw new Error('It has a plan.');
  const held = async () => {
    const lease = await freeLease(deps, replay, leaseMs);
    await holdReplay(deps, { lease }, aborting, new Hold('The broker failed.', { gate: 'broker_errors' }));
  };
  expect(await endOf(world, held())).toMatchObject({ status: 'fulfilled' });
  expect(rows.replay.get(replay.id)).toMatchObject({ state: 'aborted', finishedAt: expect.any(Date) });
  expect(rows.reservation.has(replay.id)).toBe(false);
});

it('closes the rest of an aborted replay under the lease only', async () => {
  const { world, replay } = worldWith({ state: 'aborted' });
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases } = deps.database.stores;
  const close = async (loseIt: boolean) => {
    const lease = await freeLease(deps, replay, leaseMs);
    const session = await takeOver(deps, replay, lease, 0);
    if (loseIt) {
      await leases.release(lease);
      await leases.acquire(lease.name, 'another', 1);
    }
    await abortRest(deps, replay, session);
  };
  expect(await endOf(world, close(true))).toMatchObject({
    status: 'rejected',
    reason: expect.any(LeaseLost),
  });
  expect([...rows.batch.values()]).toEqual([]);
  expect(await endOf(world, close(false))).toMatchObject({ status: 'fulfilled' });
  expect([...rows.batch.values()].map(({ settlement }) => settlement)).toEqual(['committed']);
  expect(rows.reservation.has(replay.id)).toBe(false);
});
