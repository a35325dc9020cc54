import type { LogRecord } from '#lib/domain/kernel/record.ts';

export type FetchRequest = {
  topicId: string;
  partition: number;
  offset: bigint;
  /** Upper bound for what the broker sends for this partition; one record larger than it still comes. */
  maxBytes: number;
  /** read_committed leaves out aborted records and stops at the last stable offset. */
  isolation: 'read_committed' | 'read_uncommitted';
  maxWaitMs?: number;
};

/** Records that are in the log but can't be shown: damaged, or expanding past the reader's limit. Both ends inclusive. */
export type UnreadableRange = {
  firstOffset: bigint;
  lastOffset: bigint;
  timestampMs: number | null;
  reason: string;
};

/** Where this offset is said to be there and not readable. */
export const unreadableAt = (
  { unreadable }: Pick<FetchAnswer, 'unreadable'>,
  offset: bigint,
): UnreadableRange | undefined =>
  unreadable.find((range) => range.firstOffset <= offset && offset <= range.lastOffset);

export type FetchAnswer = {
  partition: number;
  records: readonly LogRecord[];
  unreadable: readonly UnreadableRange[];
  /** Where to go on: past control batches and left-out records too. Equals the requested offset when nothing came. */
  nextOffset: bigint;
  logStart: bigint;
  lastStable: bigint;
  highWatermark: bigint;
};

/** About how much a piece holds at most: the record that passes one of these is its last. */
export type PieceLimits = { records: number; bytes: number };

/** What one Fetch brought, not expanded yet: it takes no more memory than it took on the wire. */
export type FetchedLog = Pick<FetchAnswer, 'nextOffset' | 'logStart' | 'lastStable' | 'highWatermark'> & {
  /** The same records as `fetch` answers, piece by piece; `nextOffset` of a piece is where to go on after it. */
  pieces(limits: PieceLimits): Iterable<Pick<FetchAnswer, 'records' | 'unreadable' | 'nextOffset'>>;
};

/** Raw Fetch at explicit offsets by topic id: no group, no resets. Throws BrokerFailure. */
export type ClusterReader = {
  fetch(request: FetchRequest): Promise<FetchAnswer>;
  /** As `fetch`, for much at a time: records are decoded as they are asked for. */
  fetchLog(request: FetchRequest): Promise<FetchedLog>;
  /**
   * The record at exactly this offset, or null when it is not there (trimmed, compacted, aborted or a marker).
   * One that is there and can't be read throws BrokerFailure record_too_large.
   */
  fetchOne(request: Omit<FetchRequest, 'maxWaitMs'>): Promise<LogRecord | null>;
};
