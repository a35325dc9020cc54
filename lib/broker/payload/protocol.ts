import type { ClusterConfig } from '#lib/config/config.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';

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
};

/** Parent to child, over IPC with structured clones. The first message names the clusters. */
export type ToChild =
  | { kind: 'open'; clusters: readonly ClusterConfig[] }
  | { kind: 'read'; id: number; request: PayloadRequest };

/** Child to parent. `record` null: nothing is at that place. */
export type FromChild =
  | { kind: 'ready' }
  | { kind: 'record'; id: number; record: RecordView | null }
  | { kind: 'failed'; id: number; failure: string | null; message: string };
