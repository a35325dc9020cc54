import type { RecordHeader } from '#lib/domain/kernel/record.ts';

export type OutgoingRecord = {
  partition: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly RecordHeader[];
  timestampMs: number;
};

/** What is committed with the records: the next manifest ordinal, for the replay's own group on the ledger topic. */
export type Cursor = { groupId: string; topic: string; partition: number; offset: bigint; metadata: string };

/** Records for one topic, in their order. */
export type OutgoingBatch = {
  topic: string;
  records: readonly OutgoingRecord[];
  /** What a partition's share of one record batch may come to: a larger share goes in several, in order. */
  maxBatchBytes?: number;
};

/** Where each record landed, in the order given. */
export type Landed = readonly { partition: number; offset: bigint }[];

/** Moments inside a batch at which the fault tests end the process. */
export type WriteStage = 'records_sent' | 'before_commit' | 'after_commit';

/**
 * One transactional producer session. `open` has already fenced every earlier one of the same transactional id.
 * After any rejection the session is dead: close it and open another (facts.md, lost acknowledged writes).
 */
export type WriterSession = {
  /** One transaction: the records and the cursor, or neither. Every call in it is made once, with a deadline. */
  writeBatch(
    batch: OutgoingBatch & {
      /** For another topic, in the same transaction: their places follow those of `records`. */
      also?: OutgoingBatch | null;
      cursor: Cursor;
      onStage?: (stage: WriteStage) => void;
    },
  ): Promise<Landed>;
  /** Drops the connections without waiting for anything; safe after failures. */
  close(): Promise<void>;
};

export type ReplayWriter = {
  /** InitProducerId for the transactional id; resolves only when every earlier holder is fenced. */
  open(options: {
    transactionalId: string;
    transactionTimeoutMs: number;
    callTimeoutMs: number;
  }): Promise<WriterSession>;
};
