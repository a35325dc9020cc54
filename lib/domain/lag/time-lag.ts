/** The end of a partition stood at `end` from the poll at `fromMs` to the poll at `toMs`. */
export type EndRun = { end: bigint; fromMs: number; toMs: number };

/** When the end of a partition was where, oldest first, both ends growing. Shared by all groups that read the partition. */
export type EndTable = readonly EndRun[];

export const endTableMemoryMs = 24 * 3_600_000;
const fineMs = 120_000;
/** Past the fine part, neighbours may lie this share of their age apart: the error stays in proportion, the table small. */
const coarseShare = 0.05;

/** The table after one more poll. An end that went back starts it anew: the log is another one. */
export function addEnd(table: EndTable, atMs: number, end: bigint): EndTable {
  const last = table.at(-1);
  if (!last || end < last.end) return [{ end, fromMs: atMs, toMs: atMs }];
  if (atMs <= last.toMs) return table;
  if (end === last.end) return [...table.slice(0, -1), { ...last, toMs: atMs }];
  return thin([...table, { end, fromMs: atMs, toMs: atMs }], atMs);
}

/** Drops runs older than a day, and runs between neighbours that lie close enough for their age. First and last run stay. */
function thin(table: EndTable, nowMs: number): EndTable {
  const kept: EndRun[] = [];
  table.forEach((run, index) => {
    const next = table[index + 1];
    if (next && next.fromMs < nowMs - endTableMemoryMs) return;
    const previous = kept.at(-1);
    const ageMs = nowMs - run.toMs;
    const spare =
      previous &&
      next &&
      ageMs > fineMs &&
      next.fromMs - previous.toMs <= Math.max(4_000, ageMs * coarseShare);
    if (!spare) kept.push(run);
  });
  return kept;
}

export type TimeLag = { lagMs: number; errorMs: number };

/**
 * How long the first unread record (at `from`) has been in the log: the end passed that offset between two polls, and lies in between by
 * interpolation. `errorMs` reaches to the farther of the two, so it is a bound and not an estimate. null when the table does not
 * reach back far enough: it never extrapolates.
 */
export function interpolateTimeLag(table: EndTable, from: bigint, nowMs: number): TimeLag | null {
  const last = table.at(-1);
  if (!last) return null;
  if (from >= last.end) return { lagMs: 0, errorMs: 0 };
  const after = table.findIndex((run) => run.end > from);
  const before = table[after - 1];
  const next = table[after];
  if (!before || !next) return null;
  const gapMs = next.fromMs - before.toMs;
  // Half a record on: of one record alone in the gap no moment is likelier than the middle.
  const share = (Number(from - before.end) + 0.5) / Number(next.end - before.end);
  const writtenMs = before.toMs + gapMs * share;
  const lagMs = Math.max(0, nowMs - writtenMs);
  return { lagMs: Math.round(lagMs), errorMs: Math.ceil(gapMs * Math.max(share, 1 - share)) };
}
