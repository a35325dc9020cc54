/** What a topic's retention takes by; null where it has no such limit, or it is not known. */
export type Retention = { retentionMs: number | null; retentionBytes: number | null };

export const noRetention: Retention = { retentionMs: null, retentionBytes: null };

/**
 * When retention by time may take the first unread record: its own time and the topic's `retention.ms`. Kafka goes by the timestamp in the record
 * (with CreateTime its producer's word), and deletes whole segments, so the record can live longer, never shorter.
 */
export function expiresByTimeMs(unreadSinceMs: number | null, { retentionMs }: Retention): number | null {
  return unreadSinceMs === null || retentionMs === null ? null : unreadSinceMs + retentionMs;
}

export type LogSize = {
  /** Bytes of the partition's log on its leader (DescribeLogDirs). */
  bytes: number;
  logStart: bigint;
  highWatermark: bigint;
};

/**
 * When retention by size may take the first unread record: `retention.bytes` holds so many records of the mean size in the log, and at the present
 * rate of production the end moves that far past it. null when nothing is produced, there is no such limit, or nothing is known.
 */
export function expiresBySizeMs(
  nextToRead: bigint | null,
  produceRate: number | null,
  size: LogSize | null,
  { retentionBytes }: Retention,
  nowMs: number,
): number | null {
  if (nextToRead === null || size === null || retentionBytes === null || produceRate === null) return null;
  const records = Number(size.highWatermark - size.logStart);
  if (records <= 0 || size.bytes <= 0 || produceRate <= 0) return null;
  const heldRecords = (retentionBytes / size.bytes) * records;
  const recordsLeft = heldRecords - Number(size.highWatermark - nextToRead);
  return Math.round(nowMs + (Math.max(0, recordsLeft) * 1000) / produceRate);
}

/** The sooner of what is known. */
export const soonest = (...instantsMs: readonly (number | null)[]): number | null => {
  const known = instantsMs.filter((each) => each !== null);
  return known.length === 0 ? null : Math.min(...known);
};
