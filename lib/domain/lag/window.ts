import type { OffsetLag, PartitionOffsets } from './offsets.ts';

/** One look at one partition of one group, on the collector's clock. */
export type Poll = PartitionOffsets &
  OffsetLag & {
    atMs: number;
    /** The round before this one; null for the first. */
    previousMs: number | null;
    /** Whether a member has the partition; null when the group could not be described. */
    assigned: boolean | null;
  };

/** Polls in a row, as the first of them saw it. It lasts until `toMs`; the newest run is still open. */
export type Run = {
  fromMs: number;
  /** The last poll of the run; null while it is open. */
  toMs: number | null;
  /** false: every poll saw the same. true: short runs of a busy partition were put together. */
  joined: boolean;
  committed: bigint;
  highWatermark: bigint;
  /** The least lag that any poll of the run saw: lag saws up and down with each commit. */
  leastLag: bigint;
};

/**
 * What is remembered of a partition between polls. Constant in size: an idle partition is one run however long it idles (and the
 * very same object, so that a round over many idle ones costs nothing), a busy one has about `runsPerWindow`.
 */
export type PartitionWindow = {
  /** Oldest first; at most `windowMs` old, save that the oldest run reaches past it. */
  runs: readonly Run[];
  /** The poll that first saw the present committed offset; null before the first change. */
  committedSinceMs: number | null;
  /** Since when there is lag and the committed offset has not moved; null when it moves or there is no lag. */
  stuckSinceMs: number | null;
  /** The offset from which the group went back, until it is regained or `rewindMemoryMs` have gone by. */
  rewoundFrom: { offset: bigint; atMs: number } | null;
};

export const emptyWindow: PartitionWindow = {
  runs: [],
  committedSinceMs: null,
  stuckSinceMs: null,
  rewoundFrom: null,
};

export const defaultWindowMs = 30_000;
/** A rewind is an event that a person should still find a while later, so it is remembered longer than the window. */
export const rewindMemoryMs = 600_000;
/** The window of a busy partition is kept in this many runs: enough for a trend, little enough for 100,000 partitions. */
const runsPerWindow = 6;

/** The window after one more poll. A poll without offsets leaves it as it was: unknown neither proves nor disproves anything. */
export function addPoll(window: PartitionWindow, poll: Poll, windowMs = defaultWindowMs): PartitionWindow {
  const { committed, highWatermark, lagRecords, atMs } = poll;
  if (committed === null || highWatermark === null || lagRecords === null) return window;
  const last = window.runs.at(-1);
  const moved = last !== undefined && committed !== last.committed;
  const wentBack = last !== undefined && committed < last.committed;
  // An end that went back means another log (truncated or recreated): nothing before it can be compared.
  const otherLog = last !== undefined && highWatermark < last.highWatermark;
  const runs = trim(
    wentBack || otherLog
      ? [opened(poll, committed, highWatermark, lagRecords)]
      : extend(window.runs, poll, committed, highWatermark, lagRecords, windowMs / runsPerWindow),
    atMs - windowMs,
  );
  const committedSinceMs = moved ? atMs : window.committedSinceMs;
  const stuckSinceMs = lagRecords <= 0n ? null : moved || otherLog ? atMs : (window.stuckSinceMs ?? atMs);
  const rewoundFrom = rewind(window, atMs, committed, wentBack ? (last?.committed ?? null) : null);
  return runs === window.runs &&
    committedSinceMs === window.committedSinceMs &&
    stuckSinceMs === window.stuckSinceMs &&
    rewoundFrom === window.rewoundFrom
    ? window
    : { runs, committedSinceMs, stuckSinceMs, rewoundFrom };
}

function rewind(window: PartitionWindow, atMs: number, committed: bigint, from: bigint | null) {
  const earlier = window.rewoundFrom;
  if (earlier === null && from === null) return null;
  const target = earlier && (from === null || earlier.offset > from) ? earlier.offset : from;
  if (target === null || committed >= target) return null;
  if (from !== null) return { offset: target, atMs };
  return earlier && atMs - earlier.atMs <= rewindMemoryMs ? earlier : null;
}

const opened = (poll: Poll, committed: bigint, highWatermark: bigint, leastLag: bigint): Run => ({
  fromMs: poll.atMs,
  toMs: null,
  joined: false,
  committed,
  highWatermark,
  leastLag,
});

function extend(
  runs: readonly Run[],
  poll: Poll,
  committed: bigint,
  highWatermark: bigint,
  lagRecords: bigint,
  runMs: number,
): readonly Run[] {
  const last = runs.at(-1);
  if (!last) return [opened(poll, committed, highWatermark, lagRecords)];
  if (last.committed === committed && last.highWatermark === highWatermark)
    return last.leastLag <= lagRecords ? runs : [...runs.slice(0, -1), { ...last, leastLag: lagRecords }];
  const next = opened(poll, committed, highWatermark, lagRecords);
  const closed = { ...last, toMs: Math.max(last.fromMs, poll.previousMs ?? last.fromMs) };
  const before = runs.at(-2);
  // Both are short: they become one, so that the number of runs stays small.
  if (before && closed.toMs - before.fromMs < runMs) {
    const leastLag = least(before.leastLag, last.leastLag);
    return [...runs.slice(0, -2), { ...before, toMs: closed.toMs, joined: true, leastLag }, next];
  }
  return [...runs.slice(0, -1), closed, next];
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);

function trim(runs: readonly Run[], sinceMs: number): readonly Run[] {
  const firstInside = runs.findIndex((run) => run.toMs === null || run.toMs >= sinceMs);
  return firstInside > 0 ? runs.slice(firstInside) : runs;
}

export type Rates = { consume: number | null; produce: number | null };
export const noRates: Rates = { consume: null, produce: null };

/** Records a second over the window; null with less than `minSpanMs` to measure over. @param nowMs the newest poll */
export function rates(window: PartitionWindow, nowMs: number, minSpanMs = 1_000): Rates {
  const first = window.runs[0];
  const last = window.runs.at(-1);
  return first && last ? ratesBetween(first, last, nowMs, minSpanMs) : noRates;
}

/** The same over the older and the newer half of the window: how far they lie apart is how sure the rate is. */
export function halfRates(window: PartitionWindow, nowMs: number): { older: Rates; newer: Rates } {
  const { runs } = window;
  const first = runs[0];
  const middle = runs[Math.floor(runs.length / 2)];
  const last = runs.at(-1);
  if (!first || !middle || !last || runs.length < 3) return { older: noRates, newer: noRates };
  return {
    older: ratesBetween(first, middle, middle.fromMs, 1_000),
    newer: ratesBetween(middle, last, nowMs, 1_000),
  };
}

function ratesBetween(first: Run, last: Run, nowMs: number, minSpanMs: number): Rates {
  // What stood still before the window began says nothing about the rate inside it, so the oldest run counts from its end.
  const fromMs = first.joined ? first.fromMs : (first.toMs ?? first.fromMs);
  const spanMs = nowMs - fromMs;
  if (spanMs < minSpanMs) return noRates;
  const perSecond = (records: bigint) => (Number(records) * 1000) / spanMs;
  return {
    consume: perSecond(last.committed - first.committed),
    produce: perSecond(last.highWatermark - first.highWatermark),
  };
}
