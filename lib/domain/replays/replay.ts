import type { ReplayPolicy } from '../flows/policy.ts';
import type {
  ClusterId,
  ClusterName,
  FlowName,
  GroupId,
  ReplayId,
  Sha256,
  TopicId,
  TopicName,
  UserId,
} from '../kernel/brand.ts';
import type { Evidence } from './evidence.ts';
import type { DivertReason } from './manifest.ts';
import type { Routing } from './routing.ts';
import type { ReplayRun } from './run.ts';
import type { Selection } from './selection.ts';
import type { DestinationKind, ReplayState } from './state.ts';

/** What a replay is for: sending dead letters on, or keeping a copy of them before retention takes them. */
export const replayPurposes = ['replay', 'preserve'] as const;
export type ReplayPurpose = (typeof replayPurposes)[number];

/** Rates are records per second. */
export type Bounds = {
  maxRecords: number;
  maxBytes: number;
  recordsPerSecond: number;
  maxDurationMs: number;
};

export type CanaryTerms = { records: number; settleMs: number; maxCameBackRatio: number };

/** A term that a draft was given, not just what the policy says: it is held against the policy when it is planned. */
export type AskedTerm = keyof Bounds | keyof CanaryTerms;

/** The gates of the flow and the groups whose lag and progress they look at. */
export type GateTerms = ReplayPolicy['gates'] & {
  /** Groups that are to consume what is sent; empty for a quarantine. */
  targetGroups: readonly GroupId[];
};

/** What happens to the headers and the timestamp of every record (design.md, "Headers added to a replayed record"). */
export type HeaderChanges = {
  /** Replaced, never appended. */
  add: readonly string[];
  /** By name, besides the convention's failure headers. */
  remove: readonly string[];
  /** False only for a quarantine. */
  removeFailureHeaders: boolean;
  timestamp: 'replay' | 'original';
};

export type ManifestSummary = {
  root: Sha256;
  records: number;
  leftOut: number;
  /** Why records that the selection named are not in the manifest. */
  leftOutReasons: Readonly<Record<string, number>>;
  bytes: number;
  keys: number;
  oldestAt: string | null;
  newestAt: string | null;
  partitions: readonly { partition: number; first: string; last: string; records: number }[];
};

/** Where entries that may not be sent on go instead, and how many for which reason (ADR 26). Their number is part of the manifest's. */
export type Diversion = {
  topic: TopicName;
  topicId: TopicId;
  partitions: number;
  records: number;
  reasons: Readonly<Partial<Record<DivertReason, number>>>;
  /** As for every quarantine: failure headers stay, and its retention begins anew. */
  headers: HeaderChanges;
  /** So many entries, in sending order, hold as many that are sent on as the first batch has. */
  firstBatchEntries: number;
};

export type PolicyVerdict = {
  version: number;
  hash: Sha256;
  verdict: 'allowed' | 'blocked';
  /** Every rule that fired. */
  rules: readonly { rule: string; effect: 'deny' | 'require' | 'allow'; reason: string }[];
  approvalsNeeded: number;
};

/** Whether a frozen plan may be started without approval, and why not. */
export type BreakGlassVerdict = { allowed: boolean; reasons: readonly string[] };

/** Everything that planning froze besides the entries themselves. JSON as it stands. */
export type ReplayPlan = {
  /** Of the seal; 1 is only found in plans of earlier versions (ADR 21). */
  formatVersion: 1 | 2;
  routing: Routing;
  ramp: readonly number[];
  gates: GateTerms;
  verify: ReplayPolicy['verify'];
  headers: HeaderChanges;
  /** A record that fails then blocks later ones of its key, and records without origin block the plan. */
  orderingRequired: boolean;
  manifest: ManifestSummary;
  evidence: readonly Evidence[];
  policy: PolicyVerdict;
  approvalTtlMs: number;
  startTtlMs: number;
  /** One sentence: what approving causes. */
  consequence: string;
  /** One sentence: whether it can be undone. */
  undo: string;
  /** A selection by filter, with the moment that its `now` meant. */
  selection?: Selection;
  /** Who had prepared it when it was frozen; absent in format 1. */
  preparedBy?: readonly UserId[];
  /** Whether one responder may start it alone (ADR 22); absent in format 1. */
  breakGlass?: BreakGlassVerdict;
  /** Absent where nothing is diverted. */
  diversion?: Diversion;
  /** How many shards execute it; absent where it is one. */
  shards?: number;
};

/** One governed attempt to send a frozen set of dead letters on. */
export type Replay = {
  id: ReplayId;
  purpose: ReplayPurpose;
  cluster: ClusterName;
  clusterId: ClusterId;
  flow: FlowName | null;
  state: ReplayState;
  /** Where a paused replay goes on. */
  resumesTo: ReplayState | null;
  stateReason: string | null;
  /** Grows with every change: the optimistic lock. */
  revision: number;
  requesterId: UserId;
  requester: string;
  /** Who drafted, edited, planned or submitted it: none of them may approve. */
  preparedBy: readonly UserId[];
  reason: string;
  ticket: string | null;
  autoStart: boolean;
  source: { topic: TopicName; topicId: TopicId; selection: Selection };
  destination: {
    kind: DestinationKind;
    topic: TopicName;
    /** Known from the plan on. */
    topicId: TopicId | null;
    partitions: number | null;
  };
  bounds: Bounds;
  canary: CanaryTerms;
  asked: readonly AskedTerm[];
  plan: ReplayPlan | null;
  manifestRoot: Sha256 | null;
  /** The seal. */
  digest: Sha256 | null;
  policyVersion: number | null;
  policyHash: Sha256 | null;
  evidenceHash: Sha256 | null;
  run: ReplayRun | null;
  /** The replay that its records came back from, when Sluice drafted it; null when a person did. */
  draftedFor: ReplayId | null;
  createdAt: Date;
  updatedAt: Date;
  plannedAt: Date | null;
  /** End of the time for approving, from the freezing of the evidence. */
  expiresAt: Date | null;
  submittedAt: Date | null;
  approvedAt: Date | null;
  /** End of the time for starting, from the last approval. */
  startBy: Date | null;
  startedAt: Date | null;
  executedAt: Date | null;
  /** Since when it is paused; null where it is not. */
  pausedAt: Date | null;
  /** For how long it was paused before. */
  pausedMs: number;
  finishedAt: Date | null;
};

/** One person's decision on one seal. */
export type Approval = {
  userId: UserId;
  by: string;
  decision: 'approve' | 'reject';
  digest: Sha256;
  policyVersion: number;
  /** See ReplayRun.approvalRound. */
  round: number;
  comment: string | null;
  at: Date;
};
