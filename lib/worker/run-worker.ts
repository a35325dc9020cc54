import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerRuntime } from '#lib/compose/worker.ts';
import { consoleUrlOf } from '#lib/config/environment.ts';
import type { AnchorPlace } from '#lib/usecases/audit/anchor-head.ts';
import { expireReplays } from '#lib/usecases/expire-replays.ts';
import { noteOverdueReviews } from '#lib/usecases/review-replay.ts';
import { anchorFile } from './anchors/anchor-file.ts';
import { anchorTopic } from './anchors/anchor-topic.ts';
import { runAnchors } from './anchors/run-anchors.ts';
import { runClock } from './clock/run-clock.ts';
import { keepHistory } from './collector/keep-history.ts';
import { runCollector } from './collector/run-collector.ts';
import { keepCounts } from './indexer/keep-counts.ts';
import { runIndexer } from './indexer/run-indexer.ts';
import { runNotifier } from './notifier/run-notifier.ts';
import { dispatchReplays } from './replay-dispatcher.ts';
import { taskLoop } from './task-loop.ts';
import { watchFlows } from './watch-flows.ts';
import { watchPermissions } from './watch-permissions.ts';

const beatMs = 3000;
const expiryMs = 5000;

/** Everything a worker does, until the signal: a collector, its history, an indexer and its clock a cluster, expiry, and replays, each under its lease. */
export async function runWorker(runtime: WorkerRuntime, stop: AbortSignal): Promise<void> {
  const clock = await clockKept(runtime, stop);
  runtime.log(`worker ${runtime.workerId} started; clusters: ${[...runtime.clusters.keys()].join(', ')}`);
  const perCluster = [...runtime.clusters.values()].flatMap((connection) => [
    taskLoop(runtime, `collector:${connection.name}`, stop, (_, signal) =>
      runCollector(
        { ...runtime, cluster: connection.name, connection, flows: runtime.config.flows, timings: {} },
        { signal },
      ),
    ),
    taskLoop(runtime, `history:${connection.name}`, stop, (_, signal) =>
      keepHistory({ ...runtime, cluster: connection.name }, signal),
    ),
    taskLoop(runtime, `indexer:${connection.name}`, stop, async (_, signal) => {
      const deps = { ...runtime, cluster: connection, timings: {} };
      await Promise.all([runIndexer(deps, { signal }), keepCounts(deps, { signal })]);
    }),
    taskLoop(runtime, `clock:${connection.name}`, stop, (_, signal) =>
      runClock({ ...runtime, cluster: connection }, signal),
    ),
    taskLoop(runtime, `checks:${connection.name}`, stop, (_, signal) =>
      watchFlows(runtime, connection, signal),
    ),
  ]);
  // Of each worker, under no lease: another one may run as another principal.
  const permissions = [...runtime.writing.values()].map((cluster) =>
    watchPermissions({ ...runtime, cluster, flows: runtime.config.flows }, stop),
  );
  const expiry = taskLoop(runtime, 'expiry', stop, (_, signal) =>
    every(expiryMs, signal, async () => {
      await expireReplays(runtime);
      await noteOverdueReviews(runtime);
    }),
  );
  const notifier = taskLoop(runtime, 'notifier', stop, (lease, signal) =>
    runNotifier({ ...runtime, consoleUrl: consoleUrlOf(runtime.environment), timings: {} }, lease, signal),
  );
  const anchors = taskLoop(runtime, 'audit-anchors', stop, (_, signal) =>
    runAnchors({ ...runtime, key: runtime.audit.key, places: anchorPlaces(runtime) }, signal),
  );
  await Promise.all([
    clock.kept,
    anchors,
    ...perCluster,
    ...permissions,
    expiry,
    notifier,
    beat(runtime, stop),
    dispatchReplays(runtime, stop),
  ]);
  await runtime.close();
}

/** Where heads of the audit log are kept outside of the database. */
function anchorPlaces({ audit, config, writing }: WorkerRuntime): AnchorPlace[] {
  const { anchorTopic: topic } = config.audit;
  const connection = topic ? writing.get(topic.cluster) : undefined;
  return [
    ...(audit.anchorFile === null ? [] : [anchorFile(audit.anchorFile)]),
    ...(topic && connection && audit.topicWriter ? [anchorTopic(connection, audit.topicWriter, topic)] : []),
  ];
}

/** Waits until it is known what time it is; `kept` ends with the signal. */
async function clockKept(runtime: WorkerRuntime, stop: AbortSignal): Promise<{ kept: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const kept = runtime.keepClock(stop, resolve);
  await Promise.race([promise, kept]);
  return { kept };
}

async function beat(runtime: WorkerRuntime, stop: AbortSignal): Promise<void> {
  const { workers } = runtime.database.stores;
  await every(beatMs, stop, () => workers.beat(runtime.workerId, runtime.config.policyHash)).finally(() =>
    workers.leave(runtime.workerId).catch((error) => runtime.log(`leaving: ${error.message}`)),
  );
}

/** A failure is logged and the next turn comes all the same. */
async function every(ms: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error) => console.error(`worker: ${(error as Error).message}`));
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}
