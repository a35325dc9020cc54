import { userId } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Lease } from '#lib/store/leases.ts';
import { type ExecutionDeps, executionLease } from '#lib/usecases/execute/deps.ts';
import { executeReplay } from '#lib/usecases/execute/execute-replay.ts';
import type { KillPoint } from '#lib/usecases/execute/kill-point.ts';
import { executionOf, timings as simulatedTimings } from './worker.ts';
import { World } from './world.ts';

const limitMs = 120_000;
/** Nobody renews it in here. */
const leaseMs = 100_000;
const timings = { ...simulatedTimings, leaseMs };

/** A world without faults, and its first replay: for tests in which one thing happens at one moment. */
export function quietWorld(seed = 1): { world: World; replay: Replay } {
  const world = new World({ seed, only: [] });
  const [submitted] = world.replays;
  if (!submitted) throw new Error('A world has a replay.');
  return { world, replay: submitted.replay };
}

/** A shard of it, executed by a worker of its own until it rests. @returns how it stands then */
export async function execute(
  world: World,
  replay: Pick<Replay, 'id'>,
  { shard = 0, ...more }: Partial<ExecutionDeps> & { shard?: number } = {},
): Promise<Replay | null> {
  const deps = executionOf(world, world.newProcess('worker'));
  const lease = await freeLease(deps, replay, leaseMs, shard);
  const input = { replayId: replay.id, shard, lease };
  await executeReplay({ ...deps, timings, ...more }, input, new AbortController().signal);
  await deps.database.stores.leases.release(lease);
  return world.postgres.tables.rows.replay.get(replay.id) ?? null;
}

/** The same by a worker that is killed when it comes to this moment of its n-th batch; its lease is free then. */
export async function executeUntil(
  world: World,
  replay: Pick<Replay, 'id'>,
  point: KillPoint,
  pass: number,
  shard = 0,
): Promise<void> {
  const own = world.newProcess('worker');
  const deps = executionOf(world, own);
  const lease = await freeLease(deps, replay, leaseMs, shard);
  const gone = Promise.withResolvers<void>();
  let passes = 0;
  const reach = (each: KillPoint) => {
    if (each !== point || ++passes < pass) return;
    own.kill();
    gone.resolve();
  };
  const input = { replayId: replay.id, shard, lease };
  const ended = executeReplay({ ...deps, timings, reach }, input, new AbortController().signal);
  await Promise.race([gone.promise, ended]);
  if (own.alive) throw new Error(`It ended without having come to ${point} for the ${pass}. time.`);
  await executionOf(world, world.newProcess('worker')).database.stores.leases.release(lease);
}

/** The lease of a shard, which nobody has. */
export async function freeLease(
  { database }: Pick<ExecutionDeps, 'database'>,
  replay: Pick<Replay, 'id'>,
  leaseMs: number,
  shard = 0,
): Promise<Lease> {
  const lease = await database.stores.leases.acquire(executionLease(replay.id, shard), 'one', leaseMs);
  if (!lease) throw new Error('Nobody else has the lease.');
  return lease;
}

/** Approved and started, so that a worker sends it. @returns what its row says then */
export function started(world: World, { id }: Pick<Replay, 'id'>): Replay {
  const { rows } = world.postgres.tables;
  const replay = rows.replay.get(id);
  if (!replay) throw new Error('A world has its replays.');
  const now = world.timeline.date();
  const { digest, policyVersion } = replay;
  if (!digest || policyVersion === null) throw new Error('A submitted replay is sealed.');
  for (const by of ['ben', 'cleo'])
    rows.approval.set(`${id}/${by}`, {
      ...{ replayId: id, userId: userId(by), by, decision: 'approve', digest, policyVersion },
      ...{ round: 0, comment: null, at: now },
    });
  const running: Replay = { ...replay, state: 'canary', approvedAt: now, startedAt: now };
  rows.replay.set(id, running);
  return running;
}

/** Runs the world until this has come about. @returns how it ended */
export async function endOf<T>(world: World, act: Promise<T>): Promise<PromiseSettledResult<T>> {
  let over = false;
  const ended = Promise.allSettled([act.finally(() => (over = true))]);
  if (!(await world.timeline.run(limitMs, 10_000, () => over))) throw new Error('It does not come about.');
  const [result] = await ended;
  return result;
}

/** The same where it has to come about. @throws what it was rejected with */
export async function comesAbout<T>(world: World, act: Promise<T>): Promise<T> {
  const end = await endOf(world, act);
  if (end.status === 'rejected') throw end.reason;
  return end.value;
}
