import type { ClusterReader } from '#lib/broker/port/reader.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import {
  entriesPerChunk,
  type ManifestEntry,
  manifestRoot,
  sealChunk,
} from '#lib/domain/replays/manifest.ts';
import type { ManifestSummary } from '#lib/domain/replays/replay.ts';
import { chooseRouting, destinationPartition, type Routing } from '#lib/domain/replays/routing.ts';
import type { StagedFacts } from '#lib/store/plan-facts.ts';
import type { PlanStaging, PlanStagings } from '#lib/store/plan-staging.ts';
import { type FreezeFrom, type FreezeTerms, type FrozenSet, freezeManifest } from './freeze-manifest.ts';

/** A frozen set in sending order, sealed chunk by chunk; it waits under `planId` until it is taken over or dropped. */
export type StagedPlan = {
  planId: string;
  frozen: FrozenSet;
  facts: StagedFacts;
  routing: Routing;
  summary: ManifestSummary;
  /** So many entries, in sending order, hold as many that are sent on as the first batch has. */
  firstBatchEntries: number;
};

type Work = {
  from: (staging: PlanStaging) => FreezeFrom;
  reader: ClusterReader;
  terms: FreezeTerms;
  firstBatchRecords: number;
  /** Whose own holds are not somebody else's. */
  replayId: string;
  /** Partition count by topic, of every topic of the cluster. */
  partitionsOf: ReadonlyMap<string, number>;
  /** Sees every record that is taken, oldest first. */
  onTaken?: (records: readonly FrozenRecord[]) => void;
};

/** By the origin's partition only when every origin is known, within its topic, and each topic has as many partitions as the destination. */
const routingOf = ({ originPartitions }: StagedFacts, destinationPartitions: number): Routing =>
  chooseRouting({
    originPartitions,
    destinationPartitions,
    everyOriginKnown: originPartitions !== null,
  });

type Routes = { routing: Routing; destinationPartitions: number; divertedPartitions: number };

/** Named one by one: a million objects that are spread into others take several times as long. */
function entryOf(
  record: FrozenRecord,
  ordinal: number,
  { routing, destinationPartitions, divertedPartitions }: Routes,
): ManifestEntry {
  const byOrigin = () =>
    destinationPartition(
      'origin_partition',
      { key: null, partition: record.partition, originPartition: record.origin?.partition ?? null },
      record.divert ? divertedPartitions : destinationPartitions,
    );
  // In a quarantine nobody relies on the partitions of the origin.
  const byKey = routing === 'murmur2' || record.divert ? record.keyPartition : null;
  const entry: ManifestEntry = {
    ordinal,
    clusterId: record.clusterId,
    topicId: record.topicId,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    contentHash: record.contentHash,
    keyHash: record.keyHash,
    lineageRoot: record.lineageRoot,
    attempt: record.attempt,
    destinationPartition: byKey ?? byOrigin(),
    bytes: record.bytes,
    originTimestampMs: record.originTimestampMs,
    convention: record.convention,
    origin: record.origin,
  };
  if (record.divert !== undefined) entry.divert = record.divert;
  return entry;
}

/** Numbers, routes and seals what is staged, chunk by chunk; each is written while the next is made. @returns the roots in order, and how many entries the first batch has */
async function sealStaged(
  staging: PlanStaging,
  of: Pick<FrozenRecord, 'clusterId' | 'topicId' | 'topic'>,
  routes: Routes,
  firstBatchRecords: number,
): Promise<{ roots: { root: string }[]; firstBatchEntries: number }> {
  const roots: { root: string }[] = [];
  let [sentOn, firstBatchEntries] = [0, 0];
  let waiting: ManifestEntry[] = [];
  let ordinal = 0;
  let writing = Promise.resolve();
  const seal = async (entries: readonly ManifestEntry[]) => {
    const chunk = sealChunk(roots.length, entries);
    roots.push({ root: chunk.root });
    await writing;
    writing = staging.addChunk(chunk);
    // Its failure is told where it is awaited.
    writing.catch(() => undefined);
  };
  for await (const page of staging.inSendingOrder(of)) {
    for (const record of page) {
      waiting.push(entryOf(record, ordinal++, routes));
      if (sentOn < firstBatchRecords) firstBatchEntries = ordinal;
      if (!record.divert) sentOn++;
    }
    while (waiting.length >= entriesPerChunk) {
      await seal(waiting.slice(0, entriesPerChunk));
      waiting = waiting.slice(entriesPerChunk);
    }
  }
  if (waiting.length > 0) await seal(waiting);
  await writing;
  return { roots, firstBatchEntries };
}

/**
 * Freezes a set and seals its manifest without ever holding it in memory (docs/adr/0023). Nothing of it is visible, and nothing is left when it fails.
 * @throws BrokerFailure; the database's error
 */
export function stagePlan(
  stagings: Pick<PlanStagings, 'stage'>,
  { from, reader, terms, firstBatchRecords, replayId, partitionsOf, onTaken }: Work,
): Promise<StagedPlan> {
  const { clusterId, source } = terms.replay;
  return stagings.stage(async (staging) => {
    const frozen = await freezeManifest(from(staging), reader, terms, async (records) => {
      onTaken?.(records);
      await staging.add(records);
    });
    const of = { clusterId, topicId: source.topicId, topic: source.topic };
    const facts = await staging.facts({ ...of, replayId }, partitionsOf);
    const { destinationPartitions } = terms;
    const routing = routingOf(facts, destinationPartitions);
    const routes = {
      ...{ routing, destinationPartitions },
      divertedPartitions: terms.diversion?.partitions ?? destinationPartitions,
    };
    const { roots, firstBatchEntries } = await sealStaged(staging, of, routes, firstBatchRecords);
    const summary: ManifestSummary = {
      root: manifestRoot(roots),
      records: facts.records,
      leftOut: Object.values(frozen.leftOutReasons).reduce((sum, n) => sum + n, 0),
      leftOutReasons: frozen.leftOutReasons,
      bytes: frozen.bytes,
      keys: facts.keys,
      oldestAt: facts.oldestAt,
      newestAt: facts.newestAt,
      partitions: facts.partitions,
    };
    return { planId: staging.id, frozen, facts, routing, summary, firstBatchEntries };
  });
}
