import type { WorkerRuntime } from '#lib/compose/worker.ts';
import type { Lease } from '#lib/store/leases.ts';
import { underLease } from './lease-holder.ts';

const retryMs = 1000;

/** Keeps trying for the lease of one task and does it while it is held; a failure is logged, and the task begins again. */
export async function taskLoop(
  runtime: Pick<WorkerRuntime, 'database' | 'workerId' | 'timings' | 'log' | 'sleep' | 'elapsedMs'>,
  name: string,
  stop: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const holding = {
    database: runtime.database,
    holder: runtime.workerId,
    leaseMs: runtime.timings.leaseMs,
    log: runtime.log,
    sleep: runtime.sleep,
    elapsedMs: runtime.elapsedMs,
  };
  while (!stop.aborted) {
    try {
      await underLease(holding, name, stop, work);
    } catch (error) {
      runtime.log(`task ${name} failed: ${(error as Error).stack ?? error}`);
    }
    await runtime.sleep(retryMs, stop);
  }
}
