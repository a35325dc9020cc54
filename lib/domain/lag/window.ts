import type { OffsetLag, PartitionOffsets } from './offsets.ts';
import { lowered, newestRun, noRuns, openRun, type Runs, runsSince, turned } from './runs.ts';

/** One look at one partition of one group, on the collector's clock. */
export type Poll = PartitionOffsets &
  OffsetLag & {
    atMs: number;
    /** The round before this one; null for the first. */
    previousMs: number | null;
    /** Whether a member has the partition; null when the group could not be described. */
    assigned: boolean | null;
  };

/**
 * What is remembered of a partition between polls. Constant in size: an idle partition is one run however long it idles (and the
 * very same object, so that a round over many idle ones costs nothing), a busy one has about `runsPerWindow`.
 */
export type PartitionWindow = {
  /** Where the committed offset and the high watermark stood when the window was begun: its runs count from there. */
  committedBase: bigint;
  endBase: bigint;
  /** At most `windowMs` old, save that the oldest run reaches past it. */
  runs: Runs;
  /** The poll that first saw the present committed offset; null before the first change. */
  committedSinceMs: number | null;
  /** Since when there is lag and the committed offset has not moved; null when it moves or there is no lag. */
  stuckSinceMs: number | null;
  /** The offset from which the group went back, until it is regained or `rewindMemoryMs` have gone by. */
  rewoundFrom: { offset: bigint; atMs: number } | null;
};

export const emptyWindow: PartitionWindow = {
  committedBase: 0n,
  endBase: 0n,
  runs: noRuns,
  committedSinceMs: null,
  stuckSinceMs: null,
  rewoundFrom: null,
};

export const defaultWindowMs = 30_000;
/** A rewind is an event that a person should still find a while later, so it is remembered longer than the window. */
export const rewindMemoryMs = 600_000;
/** The window of a busy partition is kept in this many runs: enough for a trend, little enough for 100,000 partitions. */
const runsPerWindow = 6;

type Seen = Pick<Poll, 'atMs'> & { committed: bigint; highWatermark: bigint; lagRecords: bigint };

/** A window that has seen one poll. */
export const beginWindow = (
  { atMs, committed, highWatermark, lagRecords }: Seen,
  told: Pick<PartitionWindow, 'committedSinceMs' | 'stuckSinceMs' | 'rewoundFrom'>,
): PartitionWindow => ({
  committedBase: committed,
  endBase: highWatermark,
  runs: openRun({ fromMs: atMs, committed: 0, highWatermark: 0, leastLag: Number(lagRecords) }),
  committedSinceMs: told.committedSinceMs,
  stuckSinceMs: told.stuckSinceMs,
  rewoundFrom: told.rewoundFrom,
});

/** The window after one more poll. A poll without offsets leaves it as it was: unknown neither proves nor disproves anything. */
export function addPoll(window: PartitionWindow, poll: Poll, windowMs = defaultWindowMs): PartitionWindow {
  const { committed, highWatermark, lagRecords, atMs } = poll;
  if (committed === null || highWatermark === null || lagRecords === null) return window;
  const last = newestRun(window.runs);
  const seen = { atMs, committed, highWatermark, lagRecords };
  if (last === null)
    return beginWindow(seen, {
      committedSinceMs: window.committedSinceMs,
      stuckSinceMs: lagRecords <= 0n ? null : (window.stuckSinceMs ?? atMs),
      rewoundFrom: rewind(window, atMs, committed, null),
    });
  const committedNow = Number(committed - window.committedBase);
  const endNow = Number(highWatermark - window.endBase);
  const moved = committedNow !== last.committed;
  const wentBack = committedNow < last.committed;
  // An end that went back means another log (truncated or recreated): nothing before it can be compared.
  const otherLog = endNow < last.highWatermark;
  const committedSinceMs = moved ? atMs : window.committedSinceMs;
  const stuckSinceMs = lagRecords <= 0n ? null : moved || otherLog ? atMs : (window.stuckSinceMs ?? atMs);
  const from = wentBack ? window.committedBase + BigInt(last.committed) : null;
  const rewoundFrom = rewind(window, atMs, committed, from);
  const comparable = Number.isSafeInteger(committedNow) && Number.isSafeInteger(endNow);
  if (wentBack || otherLog || !comparable)
    return beginWindow(seen, { committedSinceMs, stuckSinceMs, rewoundFrom });
  const lag = Number(lagRecords);
  const next = { fromMs: atMs, committed: committedNow, highWatermark: endNow, leastLag: lag };
  const longer =
    !moved && endNow === last.highWatermark
      ? lowered(window.runs, lag)
      : turned(window.runs, poll.previousMs ?? last.fromMs, openRun(next), windowMs / runsPerWindow);
  const runs = runsSince(longer, atMs - windowMs);
  if (
    runs === window.runs &&
    committedSinceMs === window.committedSinceMs &&
    stuckSinceMs === window.stuckSinceMs &&
    rewoundFrom === window.rewoundFrom
  )
    return window;
  const { committedBase, endBase } = window;
  return { committedBase, endBase, runs, committedSinceMs, stuckSinceMs, rewoundFrom };
}

function rewind(window: PartitionWindow, atMs: number, committed: bigint, from: bigint | null) {
  const earlier = window.rewoundFrom;
  if (earlier === null && from === null) return null;
  const target = earlier && (from === null || earlier.offset > from) ? earlier.offset : from;
  if (target === null || committed >= target) return null;
  if (from !== null) return { offset: target, atMs };
  return earlier && atMs - earlier.atMs <= rewindMemoryMs ? earlier : null;
}
