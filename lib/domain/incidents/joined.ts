import type { LagStatus } from '../lag/status.ts';
import type { EvidenceStatus } from '../replays/evidence.ts';
import type { IncidentLine } from './timeline.ts';

/** A consumer group within the span. What was not measured is null. */
export type GroupFact = {
  cluster: string;
  groupId: string;
  flow: string | null;
  /** As it stood at the end of the span. */
  status: LagStatus | null;
  lagRecords: string | null;
  /** The most that it was behind, and when (RFC 3339). */
  peak: { lagRecords: string; at: string } | null;
  /** The longest time lag in milliseconds, and when. */
  peakTime: { lagMs: number; at: string } | null;
};

/** A failure group of which dead letters arrived within the span, or that the incident is about. */
export type FailureFact = {
  cluster: string;
  topic: string;
  fingerprint: string;
  /** Without what masks withhold. */
  title: string;
  /** Within the span. */
  arrived: number;
  open: number;
  firstAt: string;
  lastAt: string;
};

/** How many dead letters of a topic arrived within the span. */
export type TopicFact = {
  cluster: string;
  topic: string;
  kind: 'dead_letter' | 'quarantine';
  arrived: number;
  /** Of what arrived. */
  failureGroups: number;
  /** True: there were more than were counted. */
  atLeast: boolean;
  /** Of all that are in the log; null where it could not be counted in time. */
  open: number | null;
};

export type ReplayFact = {
  id: string;
  purpose: string;
  state: string;
  stateReason: string | null;
  terminal: boolean;
  requester: string;
  reason: string;
  ticket: string | null;
  cluster: string;
  from: string;
  to: string;
  digest: string | null;
  policyVersion: number | null;
  createdAt: string;
  finishedAt: string | null;
  /** 0 before it was planned. */
  records: number;
  progress: {
    replayed: number;
    skipped: number;
    diverted: number;
    failed: number;
    unknown: number;
    remaining: number;
    consumedPast: number;
    cameBack: number;
  };
  approvals: readonly {
    by: string;
    decision: 'approve' | 'reject';
    at: string;
    comment: string | null;
    digest: string;
  }[];
  breakGlass: { by: string; at: string; reason: string; reviewedBy: string | null } | null;
  /** As it was frozen. */
  evidence: readonly { status: EvidenceStatus; sentence: string; why: string | null }[];
  /** Drafted for what came back from it. */
  drafts: readonly string[];
};

/** What somebody decided about dead letters other than by a replay. */
export type LetterDecision = {
  at: string;
  by: string;
  verb: 'dismissed' | 'reopened';
  topic: string;
  records: number;
  reason: string | null;
  digest: string | null;
};

export type FiringAlert = { key: string; title: string; since: string };

/** Everything that joined an incident by itself, as JSON: kept as it stood when the incident is closed. */
export type Joined = {
  /** When it was read, RFC 3339. */
  asOf: string;
  from: string;
  to: string;
  lines: readonly IncidentLine[];
  linesLeftOut: number;
  groups: readonly GroupFact[];
  topics: readonly TopicFact[];
  failures: readonly FailureFact[];
  failuresLeftOut: number;
  replays: readonly ReplayFact[];
  replaysLeftOut: number;
  letterDecisions: readonly LetterDecision[];
  /** Alerts that fire at the end of the span. */
  firing: readonly FiringAlert[];
  /** What could not be told, each a sentence. */
  gaps: readonly string[];
};
