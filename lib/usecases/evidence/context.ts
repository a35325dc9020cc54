import type { TopicConfig } from '#lib/broker/port/admin.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayPolicy } from '#lib/domain/flows/policy.ts';
import type { Destination } from '#lib/domain/flows/resolve.ts';
import type { TopicName } from '#lib/domain/kernel/brand.ts';
import type { Evidence, EvidenceName, EvidenceStatus, JsonValue } from '#lib/domain/replays/evidence.ts';
import type { Diversion, ManifestSummary, Replay } from '#lib/domain/replays/replay.ts';
import type { Routing } from '#lib/domain/replays/routing.ts';
import type { Stores } from '#lib/store/database.ts';
import type { CheckedContracts } from '../plan/contract-checks.ts';
import type { FrozenKeys } from './newer-in-destination.ts';

/** What is known of source and destination from the broker, at the time of asking. */
export type TopicFacts = { topicId: string; partitions: number; config: TopicConfig };

/** Where what may not be sent on goes. */
export type DivertsTo = TopicFacts & { topic: TopicName };

/** Numbers of the frozen set that questions are answered from; kept in the plan's evidence, so that they can be asked again. */
export type FrozenFacts = {
  summary: Omit<ManifestSummary, 'root'>;
  failureGroups: readonly { fingerprint: string; count: number; verdict: string; title: string }[];
  fingerprints: readonly string[];
};

/** What every question about a replay is answered from. */
export type EvidenceContext = {
  replay: Replay;
  flow: Flow | null;
  /** All flows of the cluster: a group may be declared by another one. */
  flows: readonly Flow[];
  policy: ReplayPolicy;
  destination: Destination;
  source: TopicFacts;
  target: TopicFacts;
  /** null where nothing is diverted. */
  diversion: DivertsTo | null;
  frozen: FrozenFacts;
  /** When the answers were frozen that these are held against; null while they are frozen. */
  frozenAt: Date | null;
  /**
   * Dead letters of the frozen failure groups that were written since and are not frozen themselves. Where it says `mostArrivals`, there may be more.
   */
  othersSince: (since: Date) => Promise<number>;
  stores: Pick<Stores, 'replayEvidence' | 'markers' | 'groupEvents' | 'writePermissions' | 'lineageAttempts'>;
  connection: Pick<ClusterConnection, 'groups' | 'reader'>;
  /** What holding the flow against what runs has found; nothing where no flow is declared. */
  findings: readonly FlowFinding[];
  /** Frozen records without a value. */
  tombstones: number;
  now: Date;
};

/** Evidence that is only asked while planning, because it needs every frozen record. */
export type PlanningContext = EvidenceContext & {
  routing: Routing;
  /** How many of the frozen records are sent on: all that are not diverted. */
  sentOn: number;
  diverted: Omit<Diversion, 'firstBatchEntries'> | null;
  /** Records that are sent on although an earlier one of their key is diverted. */
  behindDiverted: number;
  /** Keys of the set that have a newer open dead letter outside of it. */
  newerKeys: number;
  keys: FrozenKeys;
  missingOrigins: number;
  /** The oldest timestamp that a policy of original ones would write; null where nothing is sent on. */
  oldestOriginalMs: number | null;
  largestBytes: number;
  duplicates: number;
  maxAttempt: number;
  /** Records that were sent before. */
  retried: number;
  /** Lineage roots of these, the oldest first: at most `mostRetriedRoots`. */
  retriedRoots: readonly string[];
  keysSeen: ReadonlyMap<string, number>;
  /** What those who own the effects said of the records that are sent on. */
  effects: { asked: boolean; unknown: number; reasons: ReadonlyMap<string, number> };
  /** What the records, or a sample of them, say of the flow's contract. */
  contract: CheckedContracts;
};

type Answer = {
  status: EvidenceStatus;
  sentence: string;
  value?: JsonValue;
  denominator?: number | null;
  why?: string;
};

/** One answer, timed. */
export const answer = (
  context: Pick<EvidenceContext, 'now'>,
  name: EvidenceName,
  { status, sentence, value = null, denominator = null, why }: Answer,
): Evidence => ({
  name,
  status,
  sentence,
  why: why ?? null,
  value,
  denominator,
  at: context.now.toISOString(),
});

/** Older readings say nothing about now. */
const freshMs = 60_000;
export const isFresh = ({ now }: Pick<EvidenceContext, 'now'>, asOf: Date): boolean =>
  now.getTime() - asOf.getTime() <= freshMs;

/** The value of a topic's configuration, as a number; null when it is not told. */
export function configNumber(config: TopicConfig, name: string): number | null {
  const text = config.get(name);
  const value = text === undefined || text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
