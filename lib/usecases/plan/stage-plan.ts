import { FrozenCount, type FrozenFacts } from '#lib/domain/replays/frozen-facts.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { ManifestSummary } from '#lib/domain/replays/replay.ts';
import { chooseRouting, type Routing } from '#lib/domain/replays/routing.ts';
import type { StagedKeys } from '#lib/store/plan-facts.ts';
import type { PlanStaging, PlanStagings, StagedPortion } from '#lib/store/plan-staging.ts';
import {
  type Examine,
  type FreezeFrom,
  type FreezeTerms,
  type FrozenSet,
  freezeManifest,
} from './freeze-manifest.ts';
import { type FirstPortion, Portions, type PortionTerms } from './portions.ts';
import { type SealedStaged, StagedLines } from './seal-staged.ts';

/** What is known of a frozen set as a whole, but for what its seal adds. */
export type StagedSet = {
  planId: number;
  frozen: FrozenSet;
  facts: FrozenFacts & StagedKeys;
  routing: Routing;
  summary: Omit<ManifestSummary, 'root'>;
};

/** A plan whose first portion is staged, if it has one: what is staged waits under `planId` until it is taken over or dropped. */
export type StagedPlan<Conclusion> = {
  planId: number;
  first: FirstPortion;
  /** What can be held, as soon as it can. It ends when all is frozen, and fails as `finished` does before that. */
  portions: ReadableStream<StagedPortion>;
  /** Frozen, sealed chunk by chunk, and what was concluded from it. Whoever drops what was staged waits for its end first. */
  finished: Promise<{ frozen: FrozenSet; sealed: SealedStaged; conclusion: Conclusion }>;
  /** Nobody wants it any more: while it is read it fails with this. */
  stop: (why: unknown) => void;
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
  onTaken?: (record: FrozenRecord) => void;
  /** null where nobody holds a part of it while the rest is made. */
  portions: PortionTerms | null;
  /** What follows from the set, beside its being sealed. Few plans are at this at once, each with one connection of its own: others can be waited for. */
  conclude: (set: StagedSet) => Promise<Conclusion>;
};

/**
 * Freezes a set and seals its manifest without ever holding it in memory (docs/adr/0023, 0042, 0046). It resolves when its first portion is staged, or all of it;
 * the rest is made from then on. Nothing of it is visible, and nothing is left when it fails.
 * @throws as `examine` does; the database's error; SluiceError `spool_unavailable`
 */
export async function stagePlan<Conclusion>(
  stagings: Pick<PlanStagings, 'stage'>,
  work: Work<Conclusion>,
): Promise<StagedPlan<Conclusion>> {
  const begun = Promise.withResolvers<{ planId: number; portions: Portions }>();
  const stopping = new AbortController();
  const finished = stagings.stage(async (staging) => {
    const portions = new Portions(staging.commit, work.portions);
    begun.resolve({ planId: staging.id, portions });
    try {
      const { from, examine, terms, onTaken } = work;
      const { clusterId, source } = terms.replay;
      const lines = new StagedLines(staging, { clusterId, topicId: source.topicId, topic: source.topic });
      const taken = from(staging);
      const count = new FrozenCount({ attempts: taken.countsAsAttempt });
      const frozen = await freezeManifest(taken, examine, terms, {
        take(record) {
          onTaken?.(record);
          count.add(record);
          staging.add(record);
          lines.add(record);
        },
        async settle(records) {
          stopping.signal.throwIfAborted();
          await Promise.all([staging.settle(), staging.spool.settle()]);
          await portions.added(records);
        },
      });
      await portions.end();
      return { frozen, ...(await finish(staging, { lines, count }, frozen, work)) };
    } catch (error) {
      portions.fail(error);
      throw error;
    }
  });
  // Told by `begun` where it fails before that, and where it is awaited.
  finished.catch(begun.reject);
  const { planId, portions } = await begun.promise;
  const first = await portions.first;
  const stop = (why: unknown) => stopping.abort(why);
  return { planId, first, portions: portions.handedOver, finished, stop };
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
  const routes = {
    ...{ routing, destinationPartitions },
    divertedPartitions: terms.diversion?.partitions ?? destinationPartitions,
  };
  const concluding = async () => {
    const place = { clusterId, topicId: source.topicId, topic: source.topic, replayId };
    const facts = { ...counted, ...(await staging.keys(place, counted)) };
    return conclude(setOf(staging.id, frozen, facts, routing));
  };
  // Neither is left behind: both use the connections and the file.
  const [sealed, concluded] = await Promise.allSettled([lines.seal(routes, firstBatchRecords), concluding()]);
  if (sealed.status === 'rejected') throw sealed.reason;
  if (concluded.status === 'rejected') throw concluded.reason;
  return { sealed: sealed.value, conclusion: concluded.value };
}

const setOf = (
  planId: number,
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
