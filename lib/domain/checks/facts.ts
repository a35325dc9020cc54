import type { Flow } from '../flows/flow.ts';
import type { Keeping } from '../flows/keeping.ts';

/** Something that was read, or why it was not. */
export type Known<T> = { known: true; value: T } | { known: false; why: string };

export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const notKnown = (why: string): Known<never> => ({ known: false, why });

/** A topic as the broker describes it. */
export type TopicFacts = {
  partitions: number;
  /** Of the partition with the fewest. */
  replicas: number;
  /** null where the broker did not tell. */
  minInSyncReplicas: number | null;
  keeping: Keeping;
};

/** What a sample of the dead letters says. Counts are of the records that were looked at. */
export type SampleFacts = {
  records: number;
  withoutKey: number;
  pointers: number;
  /** By the effect's own words: records in which its idempotency key was not found. */
  effectKeyMissing: ReadonlyMap<string, number>;
  /** Of the records held against the contract; null where the flow declares none or none could be. */
  contract: { checked: number; broken: number; example: string | null } | null;
};

/** The subject that a flow names, as the registry has it. */
export type SubjectFacts = { exists: boolean; compatibility: string | null };

/** What was measured of a flow, beside its declaration. Each part is known or says why it is not. */
export type FlowFacts = {
  flow: Flow;
  /** Of the topics that the flow names: what is not in the map does not exist. */
  topics: Known<ReadonlyMap<string, TopicFacts>>;
  /** All groups of the cluster by id, each with whether it reads the flow's topic. */
  groups: Known<ReadonlyMap<string, { reads: boolean }>>;
  /** Ids that any flow of this cluster declares for the same topic. */
  declaredReaders: ReadonlySet<string>;
  autoCreate: Known<boolean>;
  sample: Known<SampleFacts>;
  /** null where the contract is no subject. */
  subject: Known<SubjectFacts> | null;
  /** The 95th percentile of the flow's time lag over the last days, and over how many minutes it was measured. */
  usualLag: Known<{ p95Ms: number; minutes: number }>;
  /** How long before its end a dead letter has to be acted on: the flow's own lead or the default. */
  expiryLeadMs: number;
};

/** Topics that a flow names, each with what it is to the flow. */
export const namedTopics = (
  flow: Pick<Flow, 'topic' | 'retryTopics' | 'deadLetters' | 'quarantine'>,
): { topic: string; role: 'topic' | 'retry topic' | 'dead-letter topic' | 'quarantine' }[] => [
  { topic: flow.topic, role: 'topic' },
  ...flow.retryTopics.map((topic) => ({ topic: topic as string, role: 'retry topic' as const })),
  ...(flow.deadLetters ? [{ topic: flow.deadLetters as string, role: 'dead-letter topic' as const }] : []),
  ...(flow.quarantine ? [{ topic: flow.quarantine as string, role: 'quarantine' as const }] : []),
];
