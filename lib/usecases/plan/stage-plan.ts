import { FrozenCount, type FrozenFacts } from '#lib/domain/replays/frozen-facts.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { ManifestSummary } from '#lib/domain/replays/replay.ts';
import { chooseRouting, type Routing } from '#lib/domain/replays/routing.ts';
import type { StagedKeys } from '#lib/store/plan-facts.ts';
import type { PlanStaging, PlanStagings } from '#lib/store/plan-staging.ts';
import {
  type Examine,
  type FreezeFrom,
  type FreezeTerms,
  type FrozenSet,
  freezeManifest,
} from './freeze-manifest.ts';
import { type SealedStaged, StagedLines } from './seal-staged.ts';

/** What is known of a frozen set as a whole, but for what its seal adds. */
export type StagedSet = {
  planId: string;
  frozen: FrozenSet;
  facts: FrozenFacts & StagedKeys;
  routing: Routing;
  summary: Omit<ManifestSummary, 'root'>;
};

/** A frozen set whose records wait under `planId` until they are taken over or dropped, while the rest of the plan is made. */
export type StagedPlan<Conclusion> = {
  planId: string;
  frozen: FrozenSet;
  /** Sealed chunk by chunk, and what was concluded from it. Whoever drops what was staged waits for its end first. */
  finished: Promise<{ sealed: SealedStaged; conclusion: Conclusion }>;
};

type Work<Conclusion> = {
  from: (staging: PlanStaging) => FreezeFrom;
  examine: Examine;
  terms: FreezeTerms;
  firstBatchRecords: number;
  /** Whose own holds are not somebody else's. */
  replayId: string;
  /** Partition count by topic, of every topic of the cluster. */
  partitionsOf: ReadonlyMap<string, number>;
  /** Sees every record that is taken, oldest first. */
  onTaken?: (records: readonly FrozenRecord[]) => void;
  /** What follows from the set, beside its being sealed. Few plans are at this at once, each with one connection of its own: others can be waited for. */
  conclude: (set: StagedSet) => Promise<Conclusion>;
};

/**
 * Freezes a set and seals its manifest without ever holding it in memory (docs/adr/0023, 0042). It resolves when the set is frozen; the seal is made from then
 * on. Nothing of it is visible, and nothing is left when it fails.
 * @throws as `examine` does; the database's error; SluiceError `spool_unavailable`
 */
export async function stagePlan<Conclusion>(
  stagings: Pick<PlanStagings, 'stage'>,
  work: Work<Conclusion>,
): Promise<StagedPlan<Conclusion>> {
  const frozen = Promise.withResolvers<Pick<StagedPlan<Conclusion>, 'planId' | 'frozen'>>();
  const finished = stagings.stage(async (staging) => {
    const { from, examine, terms, onTaken } = work;
    const [lines, count] = [new StagedLines(staging), new FrozenCount()];
    const set = await freezeManifest(from(staging), examine, terms, async (records) => {
      onTaken?.(records);
      for (const record of records) count.add(record);
      await Promise.all([staging.add(records), lines.add(records)]);
    });
    await staging.commit();
    frozen.resolve({ planId: staging.id, frozen: set });
    return finish(staging, { lines, count }, set, work);
  });
  // Told by `frozen` where it fails before that, and where it is awaited.
  finished.catch(frozen.reject);
  return { ...(await frozen.promise), finished };
}

async function finish<Conclusion>(
  staging: PlanStaging,
  { lines, count }: { lines: StagedLines; count: FrozenCount },
  frozen: FrozenSet,
  { terms, firstBatchRecords, replayId, partitionsOf, conclude }: Work<Conclusion>,
): Promise<{ sealed: SealedStaged; conclusion: Conclusion }> {
  const { clusterId, source } = terms.replay;
  const { destinationPartitions } = terms;
  // By the origin's partition only when every origin is known, within its topic, and each topic has as many partitions as the destination.
  const originPartitions = count.sharedOriginPartitions(partitionsOf);
  const everyOriginKnown = originPartitions !== null;
  const routing = chooseRouting({ originPartitions, destinationPartitions, everyOriginKnown });
  const counted = count.facts();
  // One after the other: its records are held meanwhile, and that takes longest.
  const place = { clusterId, topicId: source.topicId, topic: source.topic, replayId };
  const facts = { ...counted, ...(await staging.keys(place, counted)) };
  const routes = {
    ...{ routing, destinationPartitions },
    divertedPartitions: terms.diversion?.partitions ?? destinationPartitions,
  };
  // Neither is left behind: both use the connection and the file.
  const [sealed, concluded] = await Promise.allSettled([
    lines.seal(routes, firstBatchRecords),
    conclude(setOf(staging.id, frozen, facts, routing)),
  ]);
  if (sealed.status === 'rejected') throw sealed.reason;
  if (concluded.status === 'rejected') throw concluded.reason;
  return { sealed: sealed.value, conclusion: concluded.value };
}

const setOf = (
  planId: string,
  frozen: FrozenSet,
  facts: StagedSet['facts'],
  routing: Routing,
): StagedSet => ({
  ...{ planId, frozen, facts, routing },
  summary: {
    records: facts.records,
    leftOut: Object.values(frozen.leftOutReasons).reduce((sum, n) => sum + n, 0),
    leftOutReasons: frozen.leftOutReasons,
    bytes: frozen.bytes,
    keys: facts.keys,
    oldestAt: facts.oldestAt,
    newestAt: facts.newestAt,
    partitions: facts.partitions,
  },
});
