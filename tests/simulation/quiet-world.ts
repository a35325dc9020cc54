import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Lease } from '#lib/store/leases.ts';
import { type ExecutionDeps, executionLease } from '#lib/usecases/execute/deps.ts';
import { World } from './world.ts';

const limitMs = 60_000;

/** A world without faults, and its first replay: for tests in which one thing happens at one moment. */
export function quietWorld(): { world: World; replay: Replay } {
  const world = new World({ seed: 1, only: [] });
  const [submitted] = world.replays;
  if (!submitted) throw new Error('A world has a replay.');
  return { world, replay: submitted.replay };
}

/** The lease of its first shard, which nobody has. */
export async function freeLease(
  { database }: Pick<ExecutionDeps, 'database'>,
  replay: Pick<Replay, 'id'>,
  leaseMs: number,
): Promise<Lease> {
  const lease = await database.stores.leases.acquire(executionLease(replay.id, 0), 'one', leaseMs);
  if (!lease) throw new Error('Nobody else has the lease.');
  return lease;
}

/** Runs the world until this has come about. @returns how it ended */
export async function endOf<T>(world: World, act: Promise<T>): Promise<PromiseSettledResult<T>> {
  let over = false;
  const ended = Promise.allSettled([act.finally(() => (over = true))]);
  await world.timeline.run(limitMs, 10_000, () => over);
  const [result] = await ended;
  return result;
}
