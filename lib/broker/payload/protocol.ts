import type { ClusterConfig } from '#lib/config/config.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { PointedAt } from '#lib/domain/dead-letters/pointer.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import type { DeclaredContract } from '#lib/domain/schemas/contract.ts';

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

export type Question =
  | { kind: 'read'; request: PayloadRequest }
  | { kind: 'readSource'; request: SourceRequest };

/** Parent to child, over IPC with structured clones. The first message names the clusters. */
export type ToChild = { kind: 'open'; clusters: readonly ClusterConfig[] } | (Question & { id: number });

/** `record` null: nothing is at that place. */
export type Answer = { kind: 'record'; record: RecordView | null } | { kind: 'source'; source: SourceView };

/** Child to parent. */
export type FromChild =
  | { kind: 'ready' }
  | (Answer & { id: number })
  | { kind: 'failed'; id: number; failure: string | null; message: string };
