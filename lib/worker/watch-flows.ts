import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { WorkerRuntime } from '#lib/compose/worker.ts';
import { checkFlows } from '#lib/usecases/checks/check-flows.ts';
import type { KeptFacts } from '#lib/usecases/checks/sampled-facts.ts';

const lookMs = 30_000;

/**
 * Holds the declared flows of a cluster against what runs, every half minute until the signal. A look that fails is logged and leaves what was
 * known, with its age.
 */
export async function watchFlows(
  runtime: Pick<WorkerRuntime, 'config' | 'database' | 'clock' | 'registries' | 'openPayloads' | 'log'>,
  cluster: ClusterConnection,
  signal: AbortSignal,
): Promise<void> {
  const kept: KeptFacts = new Map();
  const registry = runtime.registries.get(cluster.name) ?? null;
  while (!signal.aborted) {
    // It starts a process only where payloads are sampled, which is seldom: it does not live in between.
    const payloads = runtime.openPayloads();
    await checkFlows({ ...runtime, cluster, registry, payloads }, kept)
      .catch((error: unknown) =>
        runtime.log(
          `the flows of ${cluster.name} could not be checked: ${error instanceof Error ? error.message : String(error)}`,
        ),
      )
      .finally(() => payloads.close());
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
