import type { WorkerRuntime } from '#lib/compose/worker.ts';
import { executionLease } from '#lib/usecases/execute/deps.ts';
import { executeReplay } from '#lib/usecases/execute/execute-replay.ts';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { underLease } from './lease-holder.ts';

const executingStates = ['canary', 'ramping', 'completed', 'verifying'] as const;
const mostAtOnce = 8;

type Dispatching = Pick<
  WorkerRuntime,
  'database' | 'workerId' | 'timings' | 'execution' | 'log' | 'sleep' | 'elapsedMs'
>;

/** Looks for replays that want a worker and executes each under its own lease, so that any number of workers share them. */
export async function dispatchReplays(runtime: Dispatching, stop: AbortSignal, lookMs = 500): Promise<void> {
  const running = new Map<string, Promise<void>>();
  while (!stop.aborted) {
    try {
      for (const id of await wanted(runtime)) {
        if (running.has(id) || running.size >= mostAtOnce) continue;
        running.set(
          id,
          executeOne(runtime, id, stop).finally(() => running.delete(id)),
        );
      }
    } catch (error) {
      runtime.log(`looking for replays failed: ${(error as Error).message}`);
    }
    await runtime.sleep(lookMs, stop);
  }
  await Promise.all(running.values());
}

async function wanted({ database }: Dispatching): Promise<string[]> {
  const executing = await database.stores.replays.inStates(executingStates, 100);
  const loose = await database.stores.replayBatches.withLooseEnds();
  return [...new Set([...executing.map((replay) => replay.id), ...loose])];
}

async function executeOne(runtime: Dispatching, replayId: string, stop: AbortSignal): Promise<void> {
  const shard = 0;
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
