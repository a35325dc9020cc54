import type { WorkerRuntime } from '#lib/compose/worker.ts';
import { shardsOf } from '#lib/domain/replays/shards.ts';
import { conductingShard, executionLease } from '#lib/usecases/execute/deps.ts';
import { executeReplay } from '#lib/usecases/execute/execute-replay.ts';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { underLease } from './lease-holder.ts';

const executingStates = ['canary', 'ramping', 'completed', 'verifying'] as const;
const mostAtOnce = 16;
/** Room that is kept for shards that conduct: what waits for others must not keep another replay from beginning. */
const mostWithFollowing = 8;

type Dispatching = Pick<
  WorkerRuntime,
  'database' | 'workerId' | 'timings' | 'execution' | 'log' | 'sleep' | 'elapsedMs'
>;

/** Looks for replays that want a worker and executes each under its own lease, so that any number of workers share them. */
export async function dispatchReplays(runtime: Dispatching, stop: AbortSignal, lookMs = 500): Promise<void> {
  const running = new Map<string, Promise<void>>();
  let turn = [...runtime.workerId].reduce((sum, char) => sum + char.charCodeAt(0), 0);
  while (!stop.aborted) {
    try {
      for (const { replayId, shards } of await wanted(runtime)) {
        const most = (shard: number) => (shard === conductingShard ? mostAtOnce : mostWithFollowing);
        const free = shards.filter(
          (shard) => running.size < most(shard) && !running.has(nameOf(replayId, shard)),
        );
        // One more a look, and another one each time: workers that start together share the shards.
        const shard = free[turn % free.length];
        if (shard === undefined) continue;
        const name = nameOf(replayId, shard);
        running.set(
          name,
          executeOne(runtime, replayId, shard, stop).finally(() => running.delete(name)),
        );
      }
      turn++;
    } catch (error) {
      runtime.log(`looking for replays failed: ${(error as Error).message}`);
    }
    await runtime.sleep(lookMs, stop);
  }
  await Promise.all(running.values());
}

const nameOf = (replayId: string, shard: number): string => `${replayId} ${shard}`;

type Wanted = { replayId: string; shards: number[] };

async function wanted({ database }: Dispatching): Promise<Wanted[]> {
  const found = new Map<string, number[]>();
  for (const replay of await database.stores.replays.inStates(executingStates, 100)) {
    const sends = replay.state === 'canary' || replay.state === 'ramping';
    found.set(replay.id, sends ? shardsOf(replay) : [conductingShard]);
  }
  for (const { replayId, shard } of await database.stores.replayBatches.withLooseEnds())
    found.set(replayId, [...(found.get(replayId) ?? []), shard]);
  return [...found].map(([replayId, shards]) => ({ replayId, shards }));
}

async function executeOne(
  runtime: Dispatching,
  replayId: string,
  shard: number,
  stop: AbortSignal,
): Promise<void> {
  const holding = { ...runtime, holder: runtime.workerId, leaseMs: runtime.timings.leaseMs };
  try {
    await underLease(holding, executionLease(replayId, shard), stop, (lease, signal) =>
      executeReplay(runtime.execution, { replayId, shard, lease }, signal),
    );
  } catch (error) {
    if (error instanceof LeaseLost) runtime.log(error.message);
    else runtime.log(`replay ${replayId}: the worker let go of it: ${(error as Error).stack ?? error}`);
  }
}
