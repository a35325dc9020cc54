import type { Acceptance } from '../checks/check.ts';
import type { ClusterName, FlowName, GroupId, TopicName } from '../kernel/brand.ts';
import type { ReplayPolicy } from './policy.ts';

/** One side effect at a boundary. */
export type Effect = {
  what: string;
  external: boolean;
  /** Names a value that the failed attempt already used. */
  idempotencyKey: string | null;
  /** Who can say whether it was done under a key, and what exactly is asked; null where nobody can. */
  probe: { name: string; asks: string } | null;
};

/** A place where a guarantee changes (design.md, Words). */
export type Boundary = {
  truth: string | null;
  /** Of a subject its newest version, unless one is named. */
  contract: { subject: string; version?: number } | { jsonSchemaFile: string } | null;
  ordering: { key: string; required: boolean } | null;
  state: 'none' | 'transactional' | 'external';
  time: 'processing' | 'event';
  delivery: string | null;
  effects: readonly Effect[];
  replay: 'safe' | 'conditional' | 'never';
};

export type DeclaredGroup = {
  id: GroupId;
  /** Undeclared is read_uncommitted: it may see aborted attempts. */
  isolation: 'read_committed' | 'read_uncommitted' | null;
  replaySafe: boolean;
};

export type Owner = Readonly<Partial<Record<'team' | 'runbook' | 'pager' | 'chat' | 'logs', string>>>;

export type Objectives = {
  timeLagMs: number | null;
  deadLettersPerHour: number | null;
  stalledAfterMs: number;
  /** How long before retention takes an open dead letter it is told of; null where the default holds. */
  expiryLeadMs: number | null;
};

/** A declared path: topic, groups, retry, dead-letter and quarantine topics, and its boundary. */
export type Flow = {
  name: FlowName;
  cluster: ClusterName;
  owner: Owner;
  topic: TopicName;
  groups: readonly DeclaredGroup[];
  retryTopics: readonly TopicName[];
  deadLetters: TopicName | null;
  quarantine: TopicName | null;
  boundary: Boundary;
  objectives: Objectives;
  policy: ReplayPolicy;
  mask: readonly string[];
  /** How much of each dead letter's value the index may keep, masked; not there: nothing. */
  excerpt?: { bytes: number };
  /** Disagreements that its owner has decided to live with, until a day; not there: none. */
  accepted?: readonly Acceptance[];
};
