import type { Known } from '../../checks/facts.ts';
import type { FlowFinding } from '../../checks/finding.ts';
import type { LagStatus } from '../../lag/status.ts';

/** What the indexer knows of a topic. Counts are of now, of the last hour and of the last day. */
export type TopicCounts = { open: number; h1: number; d1: number; caughtUp: boolean; asOfMs: number };

/** What became of a flow's replays. Counts are of records. */
export type ReplayCounts = {
  days: number;
  replays: number;
  running: number;
  sent: number;
  consumedPast: number;
  cameBack: number;
  failed: number;
  unknown: number;
};

/** What was last seen of a flow, beside its declaration. */
export type Measured = {
  nowMs: number;
  /** What the rules of agreement found of exactly this declaration; null before the worker has looked. */
  checked: { asOfMs: number; findings: readonly FlowFinding[] } | null;
  /** By id; a group that the collector has not seen is not there. */
  groups: ReadonlyMap<
    string,
    { status: LagStatus; sentence: string; lagRecords: string | null; lagMs: number | null; asOfMs: number }
  >;
  usualLag: Known<{ p95Ms: number; minutes: number }>;
  /** Share of the measured minutes within the objective; null where too little was measured. */
  compliance: { share: number | null; target: number } | null;
  deadLetters: TopicCounts | null;
  quarantine: TopicCounts | null;
  /** What waits in the retry topics, by topic. */
  waiting: readonly { topic: string; records: number | null; asOfMs: number }[];
  replays: ReplayCounts;
};
