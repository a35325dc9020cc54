export type RecordAge = {
  unreadSinceMs: number;
  /** null: nothing was seen that the timestamps could be held against, so no bound can be given. */
  errorMs: number | null;
};

export type RecordClock = {
  /** Of the first unread record: its producer's word (CreateTime) or the broker's clock (LogAppendTime). */
  timestampMs: number;
  /** How far timestamps near it run backwards. */
  disorderMs: number;
  nowMs: number;
  /** It was in the log by then, whatever its timestamp says; null when nothing is known of the log's past. */
  writtenBeforeMs: number | null;
  /** The newest record of the log: its timestamp, and between which moments it was really written. */
  newest: { timestampMs: number; written: { afterMs: number; beforeMs: number } } | null;
};

/**
 * Since when a record waits, by its own timestamp. Timestamps are somebody else's clock: the newest record of the same log, which was seen to arrive, tells how
 * far off that clock is, and neighbours tell how disordered timestamps are; both go into the error bound. A timestamp that lies later than the record
 * can have been written is brought back to that moment; null for one that lies ahead of now with nothing to correct it by.
 */
export function recordAge(clock: RecordClock): RecordAge | null {
  const { timestampMs, disorderMs, nowMs, writtenBeforeMs, newest } = clock;
  if (timestampMs < 0) return null;
  const latestMs = Math.min(nowMs, writtenBeforeMs ?? nowMs);
  const skewMs = newest ? skewOf(newest) : null;
  if (timestampMs > latestMs && skewMs === null && writtenBeforeMs === null) return null;
  const unreadSinceMs = Math.min(timestampMs, latestMs);
  if (newest === null || skewMs === null) return { unreadSinceMs, errorMs: null };
  const gapMs = newest.written.beforeMs - newest.written.afterMs;
  return {
    unreadSinceMs,
    errorMs: Math.ceil(Math.abs(skewMs) + gapMs + disorderMs + (timestampMs - unreadSinceMs)),
  };
}

/** How far a timestamp lies outside of the time in which the record was written; 0 inside. */
function skewOf({ timestampMs, written }: NonNullable<RecordClock['newest']>): number {
  if (timestampMs < written.afterMs) return timestampMs - written.afterMs;
  return Math.max(0, timestampMs - written.beforeMs);
}
