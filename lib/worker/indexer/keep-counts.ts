import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Database } from '#lib/store/database.ts';
import { dropHistory } from './drop-history.ts';

export type CountsDeps = {
  cluster: Pick<ClusterConnection, 'name' | 'admin'>;
  database: Database;
  clock: () => Date;
  log: (message: string) => void;
  timings?: Partial<CountsTimings>;
};

export type CountsTimings = {
  /** Between two rounds. */
  pollMs: number;
  /** Between two looks for rows below the start of the log. */
  dropMs: number;
  /** How long what retention took without anybody deciding about it can still be looked up. */
  keepExpiredMs: number;
};

const dayMs = 24 * 60 * 60 * 1000;
export const defaultCountsTimings: CountsTimings = { pollMs: 2000, dropMs: 60_000, keepExpiredMs: 7 * dayMs };

const deltasPerTransaction = 20_000;
/** Counting distinct values of a topic takes at most one part in so many of the time. */
const recountShare = 20;
/** Of all topics together, one part in so many; but none waits longer than this for a big one. */
const allRecountsShare = 50;
const restMostMs = 30_000;
const recountTimeoutMs = 300_000;

/** Deltas become sums, so that reading stays quick. Ends early when another is at it. */
async function addUp({ database }: CountsDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    const added = await database.transact((stores) =>
      stores.deadLetterCompaction.addUp(deltasPerTransaction),
    );
    if (added < deltasPerTransaction || signal.aborted) return;
  }
}

/** Until when topics that were counted before are left alone, by the process's own clock; what was never counted is unknown until it is. */
type Rest = { untilMs: number };

/** Counts distinct keys and lineages of the topics that have changed, each the less often the longer it takes. */
async function recount(
  { database, clock }: CountsDeps,
  clusterId: string,
  rest: Rest,
  signal: AbortSignal,
): Promise<void> {
  for (const { topicId, countedAt, tookMs } of await database.stores.deadLetterDistinct.due(clusterId)) {
    if (signal.aborted) return;
    const at = clock();
    const beganMs = performance.now();
    if (countedAt !== null && beganMs < rest.untilMs) return;
    if (countedAt !== null && at.getTime() - countedAt.getTime() < tookMs * recountShare) continue;
    await database.transact((stores) => stores.deadLetterDistinct.recount(clusterId, topicId, at), {
      timeoutMs: recountTimeoutMs,
    });
    const endedMs = performance.now();
    rest.untilMs = endedMs + Math.min(restMostMs, (endedMs - beganMs) * allRecountsShare);
  }
}

/**
 * Keeps the counts of a cluster's dead letters, until the signal: adds up what changes have left, counts what is distinct, and drops rows
 * below the start of the log that nobody needs. A part that fails is logged and tried again in the next round. Run it under the indexer's lease.
 */
export async function keepCounts(deps: CountsDeps, { signal }: { signal: AbortSignal }): Promise<void> {
  const timings = { ...defaultCountsTimings, ...deps.timings };
  const failed = new Map<string, string>();
  const part = async (what: string, work: () => Promise<unknown>) => {
    if (signal.aborted) return;
    try {
      await work();
      failed.delete(what);
    } catch (error) {
      const message = (error as Error).message;
      if (failed.get(what) !== message) deps.log(`${what} of ${deps.cluster.name}: ${message}`);
      failed.set(what, message);
    }
  };
  const rest: Rest = { untilMs: Number.NEGATIVE_INFINITY };
  let clusterId: string | null = null;
  let droppedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    await part('adding up dead letters', () => addUp(deps, signal));
    await part('asking for the id', async () => {
      clusterId ??= (await deps.cluster.admin.describeCluster()).clusterId;
    });
    const id: string | null = clusterId;
    if (id !== null) {
      await part('counting keys and lineages', () => recount(deps, id, rest, signal));
      if (performance.now() - droppedAt >= timings.dropMs) {
        droppedAt = performance.now();
        const before = new Date(deps.clock().getTime() - timings.keepExpiredMs);
        await part('dropping expired dead letters', () => dropHistory(deps.database, id, before, signal));
      }
    }
    await sleep(timings.pollMs, undefined, { signal }).catch(() => undefined);
  }
}
