/** Polls in a row, as the first of them saw it. */
export type Run = {
  fromMs: number;
  /** The last poll of the run; Infinity while it is open. */
  toMs: number;
  /** false: every poll saw the same. true: short runs of a busy partition were put together. */
  joined: boolean;
  /** How far the committed offset and the high watermark stood from where the window's began, in records. */
  committed: number;
  highWatermark: number;
  /** The least lag that any poll of the run saw: lag saws up and down with each commit. */
  leastLag: number;
};

/**
 * Runs in a row, oldest first, the newest still open. One flat list of numbers: a cluster has a hundred thousand partitions that move, and as objects
 * with an offset each their runs are most of what the collector keeps.
 */
export type Runs = readonly number[];

export const noRuns: Runs = [];

/** How many numbers a run takes in the list, in the order of `Run`. */
export const runFields = 6;
const fromMs = 0;
const toMs = 1;
const joined = 2;
const committed = 3;
const highWatermark = 4;
const leastLag = 5;

export const runCount = (runs: Runs): number => runs.length / runFields;

/** @param at from the oldest, which is 0 */
export const runAt = (runs: Runs, at: number): Run | null =>
  at < 0 || at >= runCount(runs)
    ? null
    : {
        fromMs: field(runs, at, fromMs),
        toMs: field(runs, at, toMs),
        joined: field(runs, at, joined) === 1,
        committed: field(runs, at, committed),
        highWatermark: field(runs, at, highWatermark),
        leastLag: field(runs, at, leastLag),
      };

export const newestRun = (runs: Runs): Run | null => runAt(runs, runCount(runs) - 1);

/** The least lag of the runs of which something lies between the two instants; Infinity when there is none. */
export function leastLagBetween(runs: Runs, sinceMs: number, untilMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < runCount(runs); at++)
    if (field(runs, at, fromMs) <= untilMs && field(runs, at, toMs) >= sinceMs)
      least = Math.min(least, field(runs, at, leastLag));
  return least;
}

/** One open run, that of a first poll. */
export const openRun = (run: Pick<Run, 'fromMs' | 'committed' | 'highWatermark' | 'leastLag'>): Runs => [
  run.fromMs,
  Number.POSITIVE_INFINITY,
  0,
  run.committed,
  run.highWatermark,
  run.leastLag,
];

/** The same runs, the newest with this lag if that is less. */
export function lowered(runs: Runs, lag: number): Runs {
  const newest = runCount(runs) - 1;
  if (field(runs, newest, leastLag) <= lag) return runs;
  const after = runs.slice();
  after[newest * runFields + leastLag] = lag;
  return after;
}

/** The newest run ends and another one begins. Two that are short together, under `joinedMs`, become one, so that the number of runs stays small. */
export function turned(runs: Runs, endMs: number, next: Runs, joinedMs: number): Runs {
  const newest = runCount(runs) - 1;
  const endedMs = Math.max(field(runs, newest, fromMs), endMs);
  if (newest === 0 || endedMs - field(runs, newest - 1, fromMs) >= joinedMs) {
    const after = runs.concat(next);
    after[newest * runFields + toMs] = endedMs;
    return after;
  }
  const after = runs.slice();
  const before = (newest - 1) * runFields;
  after[before + toMs] = endedMs;
  after[before + joined] = 1;
  after[before + leastLag] = Math.min(field(runs, newest - 1, leastLag), field(runs, newest, leastLag));
  for (let at = 0; at < runFields; at++) after[newest * runFields + at] = next[at] ?? Number.NaN;
  return after;
}

/** Without those that ended before. */
export function runsSince(runs: Runs, sinceMs: number): Runs {
  let gone = 0;
  while (gone < runCount(runs) && field(runs, gone, toMs) < sinceMs) gone++;
  return gone > 0 ? runs.slice(gone * runFields) : runs;
}

const field = (runs: Runs, at: number, which: number): number => runs[at * runFields + which] ?? Number.NaN;
