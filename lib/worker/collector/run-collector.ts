import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { type LogSize, noRetention, type Retention } from '#lib/domain/lag/expiry.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { defaultWindowMs } from '#lib/domain/lag/window.ts';
import type { Database } from '#lib/store/database.ts';
import { createAheadReader } from './first-record.ts';
import { flowOfGroup, masksOfTopic } from './flow-groups.ts';
import { createEndsKeeper, recallMemory } from './keep-ends.ts';
import type { Memory } from './memory.ts';
import { type ClusterPoll, pollCluster } from './poll-cluster.ts';
import { readGroups } from './read-groups.ts';
import { createHistoryWriter } from './sample-history.ts';
import { noSlowFacts, readSlowFacts, retentionOf, type SlowFacts } from './slow-facts.ts';
import { watchCluster } from './watch-cluster.ts';
import { createSnapshotWriter } from './write-round.ts';

export type CollectorTimings = {
  /** From the start of one round to the start of the next. */
  everyMs: number;
  /** History sample, and how old the stored ends of partitions may get. */
  sampleEveryMs: number;
  /** Topic configurations, sizes and the broker's version. */
  slowFactsEveryMs: number;
  /** Window of polls over which lag must fall and rates are measured. */
  windowMs: number;
};
export const defaultCollectorTimings: CollectorTimings = {
  everyMs: 2_000,
  sampleEveryMs: 10_000,
  slowFactsEveryMs: 60_000,
  windowMs: defaultWindowMs,
};

/** A topic that came since the slow facts were read does not wait for their turn: until then its retention and its minimum of replicas are unknown. */
const newTopicsEveryMs = 5_000;

export type CollectorDeps = {
  cluster: string;
  connection: ClusterConnection;
  database: Pick<Database, 'stores' | 'collectorWriter'>;
  flows: readonly Flow[];
  clock: () => Date;
  log: (message: string) => void;
  timings?: Partial<CollectorTimings>;
};

/**
 * Collects the lag of one cluster until the signal: a round every 2 s, each stored whole. A cluster that does not answer is shown as such with
 * the last good data and its age, and is asked again at the next round; a database that does not answer is waited for likewise, with the memory kept.
 */
export async function runCollector(deps: CollectorDeps, { signal }: { signal: AbortSignal }): Promise<void> {
  const timings = { ...defaultCollectorTimings, ...deps.timings };
  const memory = await recallMemory(deps.database, deps.cluster, deps.log);
  const round = createRound(deps, timings, memory, signal);
  let lastTrouble: string | null = null;
  while (!signal.aborted) {
    const startedMs = performance.now();
    const trouble = await round().then(
      (said) => said,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    if (trouble !== lastTrouble && !signal.aborted)
      deps.log(
        trouble ? `collector ${deps.cluster}: ${trouble}` : `collector ${deps.cluster}: all is read again`,
      );
    lastTrouble = trouble;
    const restMs = Math.max(50, timings.everyMs - (performance.now() - startedMs));
    await sleep(restMs, undefined, { signal }).catch(() => undefined);
  }
}

/** One round; answers what kept it from reading the cluster, or null. Throws what the database throws. */
export function createRound(
  deps: CollectorDeps,
  timings: CollectorTimings,
  memory: Memory,
  signal: AbortSignal,
): () => Promise<string | null> {
  const { cluster, connection, clock, log } = deps;
  const { lag, deadLetterKeys } = deps.database.stores;
  const flowOf = flowOfGroup(deps.flows, cluster);
  const asking = {
    reader: createAheadReader(connection.reader),
    masksOf: masksOfTopic(deps.flows, cluster),
    log,
  };
  const beginRound = createSnapshotWriter(deps.database, cluster);
  const beginSample = createHistoryWriter(deps.database, cluster);
  const watch = watchCluster(deps);
  const ends = createEndsKeeper(deps.database, cluster);
  const due = createTimers();
  let facts: SlowFacts = noSlowFacts;
  let askedOf: ReadonlySet<string> = new Set();
  let retention: (topic: string) => Retention = () => noRetention;
  let goodAsOf: Date | null = null;

  const read = async () => {
    const polled = await pollCluster(connection, clock);
    const isNew = [...polled.topics.keys()].some((topic) => !askedOf.has(topic));
    const factsEveryMs = isNew
      ? Math.min(timings.slowFactsEveryMs, newTopicsEveryMs)
      : timings.slowFactsEveryMs;
    if (due('facts', factsEveryMs, polled.atMs)) {
      askedOf = new Set(polled.topics.keys());
      facts = await readSlowFacts(connection.admin, [...polled.topics.values()], log);
      retention = retentionsOf(facts);
    }
    const snapshot = beginRound();
    const sample = due('sample', timings.sampleEveryMs, polled.atMs)
      ? beginSample(new Date(polled.atMs))
      : null;
    const settings = {
      cluster,
      windowMs: timings.windowMs,
      flowOf,
      retentionOf: retention,
      sizeOf: (topic: string, partition: number) => logSizeOf(facts, polled, topic, partition),
      asking,
      sameKeyDeadLetters: (clusterId: string, keyHash: string) => deadLetterKeys.count(clusterId, keyHash),
    };
    const statuses = new Map<string, LagStatus>();
    const { poll, unreadTopicIds } = await readGroups(polled, memory, settings, (group, asBefore) => {
      statuses.set(group.groupId, group.status);
      snapshot.add(group, asBefore);
      sample?.add(group);
    });
    const { write, ...health } = await watch(poll, facts, statuses);
    return { poll, snapshot, sample, unreadTopicIds, health, write };
  };

  return async () => {
    const triedAt = clock();
    const startedMs = performance.now();
    let seen: Awaited<ReturnType<typeof read>>;
    try {
      seen = await read();
    } catch (error) {
      if (!(error instanceof BrokerFailure)) throw error;
      if (signal.aborted) return null;
      await lag.saveClusterFailure(cluster, {
        state: error.kind === 'unreachable' || error.kind === 'timed_out' ? 'unreachable' : 'degraded',
        triedAt,
        detail: failureDetail(error, goodAsOf ?? (await lastGoodData(lag, cluster))),
      });
      return error.message;
    }
    // The lease may be another's by now: what was read under it is not written after it.
    if (signal.aborted) return null;
    const { poll, snapshot, sample, unreadTopicIds, health, write } = seen;
    const asOf = new Date(poll.atMs);
    await snapshot.commit({
      asOf,
      cluster: {
        cluster,
        clusterId: poll.cluster.clusterId,
        ...health,
        asOf,
        triedAt,
        roundMs: Math.round(performance.now() - startedMs),
      },
      also: write,
    });
    goodAsOf = asOf;
    await sample?.write();
    await ends.save(memory, asOf, timings.sampleEveryMs);
    await ends.forget(unreadTopicIds);
    return null;
  };
}

/** Outside of the round: a closure made there would keep the round's whole poll for as long as these facts are kept. */
function retentionsOf({ configs }: SlowFacts): (topic: string) => Retention {
  const known = new Map<string, Retention>();
  return (topic) => {
    const found = known.get(topic) ?? retentionOf(configs, topic);
    known.set(topic, found);
    return found;
  };
}

function logSizeOf(facts: SlowFacts, poll: ClusterPoll, topic: string, partition: number): LogSize | null {
  const bytes = facts.sizes.get(topic)?.get(partition);
  const seen = poll.ends.get(topic)?.[partition];
  if (bytes === undefined || seen?.logStart == null || seen.highWatermark === null) return null;
  return { bytes, logStart: seen.logStart, highWatermark: seen.highWatermark };
}

function failureDetail(error: BrokerFailure, goodAsOf: Date | null): string {
  const last = goodAsOf
    ? `The last good data is from ${goodAsOf.toISOString()}.`
    : 'It has not been read yet.';
  return `${error.message}. ${last}`;
}

async function lastGoodData(lag: Database['stores']['lag'], cluster: string): Promise<Date | null> {
  return (await lag.readClusters()).find((each) => each.cluster === cluster)?.asOf ?? null;
}

/** Answers whether a task's time has come, and if so starts its interval anew. The first time is at once. */
function createTimers(): (task: string, everyMs: number, nowMs: number) => boolean {
  const lastMs = new Map<string, number>();
  return (task, everyMs, nowMs) => {
    if (nowMs - (lastMs.get(task) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    lastMs.set(task, nowMs);
    return true;
  };
}
