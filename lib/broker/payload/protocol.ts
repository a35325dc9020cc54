import type { ClusterConfig } from '#lib/config/config.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { PayloadMatch, PayloadSearch } from '#lib/domain/dead-letters/payload-search.ts';
import type { PointedAt } from '#lib/domain/dead-letters/pointer.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import type { CheckedContract, ContractOf, DeclaredContract } from '#lib/domain/schemas/contract.ts';
import type { Examined, ExamineRequest } from '../sources/examine-records.ts';

/** What the child is asked for: one record, by its exact place, and how it may be shown. */
export type PayloadRequest = {
  cluster: string;
  topicId: string;
  partition: number;
  offset: bigint;
  /** A flow's masks as they stand in the configuration. */
  mask: readonly string[];
  mapping: DeclaredMapping | null;
  withPayload: boolean;
  /** What the value is checked against, with the payload permission; null when nobody asks. */
  contract: DeclaredContract | null;
};

/** The record that a dead letter without payload points at, and how it may be shown. */
export type SourceRequest = PointedAt & Pick<PayloadRequest, 'cluster' | 'mask' | 'contract'>;

/** What a pointer leads to. `logStart` is the source's, null when unknown. */
export type SourceView = { logStart: bigint | null } & (
  | { state: 'read'; record: RecordView; atMs: number | null }
  | { state: 'unrecoverable' | 'unreadable'; detail: string }
);

/** Which records of a partition are looked into, how they may be shown, and for what. */
export type SearchRequest = {
  cluster: string;
  topicId: string;
  partition: number;
  /** Ascending, at least one. */
  offsets: readonly bigint[];
  mask: readonly string[];
  search: PayloadSearch;
  /** It stops after the fetch in which it passes one of these: what was settled by then is the answer. */
  maxBytes: number;
  maxMs: number;
};

/** What became of the first `settled` of the offsets. */
export type SearchView = {
  settled: number;
  /** Of all that was expanded on the way, wanted or not. */
  bytes: number;
  found: { offset: bigint; match: PayloadMatch }[];
  /** No longer in the log. */
  gone: number;
  /** Damaged, or expanding past the limit. */
  unreadable: number;
  /** Nothing found in the beginning of it, which is all that is shown. */
  partly: number;
  /** Hidden by a mask as a whole. */
  withheld: number;
  /** Naming a schema by which they could not be decoded: at most their bytes were searched. */
  undecoded: number;
};

/** Which records of a partition are held against a contract. */
export type CheckRequest = {
  cluster: string;
  topicId: string;
  partition: number;
  /** Ascending, at least one. */
  offsets: readonly bigint[];
  mask: readonly string[];
  contract: DeclaredContract;
  /** It stops after the record at which it passes this: what was checked by then is the answer. */
  maxMs: number;
};

/** Of the first of the offsets, in their order: at least one. */
export type CheckAnswer = { contract: ContractOf | null; checked: readonly CheckedContract[] };

/** Records that a plan wants to know something of, which never leave the process. */
export type ExamineQuestion = ExamineRequest & { cluster: string };

export type Question =
  | { kind: 'read'; request: PayloadRequest }
  | { kind: 'readSource'; request: SourceRequest }
  | { kind: 'search'; request: SearchRequest }
  | { kind: 'check'; request: CheckRequest }
  | { kind: 'examine'; request: ExamineQuestion };

/** Parent to child, over IPC with structured clones. The first message names the clusters. */
export type ToChild = { kind: 'open'; clusters: readonly ClusterConfig[] } | (Question & { id: number });

/** `record` null: nothing is at that place. */
export type Answer =
  | { kind: 'record'; record: RecordView | null }
  | { kind: 'source'; source: SourceView }
  | { kind: 'found'; found: SearchView }
  | { kind: 'checked'; answer: CheckAnswer }
  | { kind: 'examined'; examined: Examined };

/** Child to parent. */
export type FromChild =
  | { kind: 'ready' }
  | (Answer & { id: number })
  | { kind: 'failed'; id: number; failure: string | null; message: string };
