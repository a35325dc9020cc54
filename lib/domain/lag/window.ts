import { offsetLag, type PartitionOffsets } from './offsets.ts';

/** One look at one partition of one group, on the collector's clock. */
export type Poll = PartitionOffsets & {
  atMs: number;
  /** Whether a member has the partition; null when the group could not be described. */
  assigned: boolean | null;
};

/** Consecutive polls that saw the same: an idle partition costs one run however long it idles. */
export type Run = {
  fromMs: number;
  toMs: number;
  committed: bigint;
  highWatermark: bigint;
  lagRecords: bigint;
};

/** What is remembered of a partition between polls: constant in size, and all of it can be stored and read back. */
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

/** The window after one more poll. A poll without offsets leaves it as it was: unknown neither proves nor disproves anything. */
export function addPoll(window: PartitionWindow, poll: Poll, windowMs = defaultWindowMs): PartitionWindow {
  const { committed, highWatermark } = poll;
  const { lagRecords } = offsetLag(poll);
  if (committed === null || highWatermark === null || lagRecords === null) return window;
  const last = window.runs.at(-1);
  const moved = last !== undefined && committed !== last.committed;
  const wentBack = last !== undefined && committed < last.committed;
  // An end that went back means another log (truncated or recreated): nothing before it can be compared.
  const otherLog = last !== undefined && highWatermark < last.highWatermark;
  const kept = wentBack || otherLog ? [] : window.runs;

  return {
    runs: trim(
      extend(kept, { fromMs: poll.atMs, toMs: poll.atMs, committed, highWatermark, lagRecords }),
      poll.atMs - windowMs,
    ),
    committedSinceMs: moved ? poll.atMs : window.committedSinceMs,
    stuckSinceMs:
      lagRecords <= 0n ? null : moved || otherLog ? poll.atMs : (window.stuckSinceMs ?? poll.atMs),
    rewoundFrom: rewind(window, poll.atMs, committed, wentBack ? (last?.committed ?? null) : null),
  };
}

function rewind(window: PartitionWindow, atMs: number, committed: bigint, from: bigint | null) {
  const earlier = window.rewoundFrom;
  const target = earlier && (from === null || earlier.offset > from) ? earlier.offset : from;
  if (target === null || committed >= target) return null;
  if (from !== null) return { offset: target, atMs };
  return earlier && atMs - earlier.atMs <= rewindMemoryMs ? earlier : null;
}

function extend(runs: readonly Run[], next: Run): readonly Run[] {
  const last = runs.at(-1);
  if (
    last?.committed !== next.committed ||
    last.highWatermark !== next.highWatermark ||
    last.lagRecords !== next.lagRecords
  )
    return [...runs, next];
  return [...runs.slice(0, -1), { ...last, toMs: next.toMs }];
}

function trim(runs: readonly Run[], sinceMs: number): readonly Run[] {
  const firstInside = runs.findIndex((run) => run.toMs >= sinceMs);
  return firstInside > 0 ? runs.slice(firstInside) : runs;
}

/** Records a second over the window; null with less than `minSpanMs` to measure over. */
export function rates(
  window: PartitionWindow,
  minSpanMs = 1_000,
): { consume: number | null; produce: number | null } {
  const first = window.runs[0];
  const last = window.runs.at(-1);
  if (!first || !last) return { consume: null, produce: null };
  // What stood still before the window began says nothing about the rate inside it, so the oldest run counts from its end.
  const fromMs = window.runs.length > 1 ? first.toMs : first.fromMs;
  const spanMs = last.toMs - fromMs;
  if (spanMs < minSpanMs) return { consume: null, produce: null };
  const perSecond = (records: bigint) => (Number(records) * 1000) / spanMs;
  return {
    consume: perSecond(last.committed - first.committed),
    produce: perSecond(last.highWatermark - first.highWatermark),
  };
}
