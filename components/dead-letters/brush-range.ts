import type { TimeSpan } from '../charts/time-span.ts';
import type { Bin } from './histogram-bins.ts';

/** A chosen range of time, half-open, milliseconds since the epoch; null at an end is open there. */
export type OpenRange = { from: number | null; to: number | null };
export const wholeTime: OpenRange = { from: null, to: null };

/** A time as an address has it; null when there is none, or it is no time. */
export function timeOf(text: string | null): number | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** Where bins begin and end, ascending: one more than there are bins. */
export const bordersOf = (bins: readonly Bin[]): number[] => {
  const last = bins.at(-1);
  return last ? [...bins.map((bin) => bin.from), last.to] : [];
};

/**
 * The borders at which the edges of a range stand, as indexes: a range between two borders is drawn as the bins that it touches, one outside of the
 * axis at its end.
 */
export function edgesOf(bins: readonly Bin[], { from, to }: OpenRange): { from: number; to: number } {
  const borders = bordersOf(bins);
  const end = Math.max(0, borders.length - 1);
  const first =
    from === null
      ? 0
      : Math.max(
          0,
          borders.findLastIndex((border) => border <= from),
        );
  const last = to === null ? end : borders.findIndex((border) => border >= to);
  return { from: Math.min(first, end), to: last === -1 ? end : last };
}

/** An edge moved to a border, the other kept; at the end of the axis it is open. An edge never passes the other. */
export function withEdge(
  bins: readonly Bin[],
  range: OpenRange,
  edge: 'from' | 'to',
  index: number,
): OpenRange {
  const borders = bordersOf(bins);
  const edges = edgesOf(bins, range);
  if (edge === 'from') {
    const at = Math.max(0, Math.min(index, edges.to - 1));
    return { ...range, from: at === 0 ? null : (borders[at] ?? null) };
  }
  const at = Math.min(borders.length - 1, Math.max(index, edges.from + 1));
  return { ...range, to: at === borders.length - 1 ? null : (borders[at] ?? null) };
}

/** The bins that lie wholly or partly between two shares (0 to 1) of the axis; null when that is too narrow to have been meant. */
export function brushedBins(bins: readonly Bin[], a: number, b: number): TimeSpan | null {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last || high - low < 0.004) return null;
  const timeAt = (share: number) => first.from + share * (last.to - first.from);
  const inside = bins.filter((bin) => bin.to > timeAt(low) && bin.from < timeAt(high));
  const [from, to] = [inside[0]?.from, inside.at(-1)?.to];
  return from === undefined || to === undefined ? null : { from, to };
}

/** Arrivals in the bins that a range touches. `whole` is false when a bin is only partly in it: then the sum is an upper bound. */
export function countWithin(
  bins: readonly Bin[],
  { from, to }: OpenRange,
): { count: number; whole: boolean } {
  const inside = bins.filter((bin) => (from === null || bin.to > from) && (to === null || bin.from < to));
  return {
    count: inside.reduce((sum, bin) => sum + bin.count, 0),
    whole: inside.every(
      (bin) => bin.count === 0 || ((from === null || bin.from >= from) && (to === null || bin.to <= to)),
    ),
  };
}

/** Bins for reading: those without arrivals that stand together are one. Newest first. */
export function foldEmpty(bins: readonly Bin[]): Bin[] {
  const rows: Bin[] = [];
  for (const bin of bins) {
    const last = rows.at(-1);
    if (last && last.count === 0 && bin.count === 0) last.to = bin.to;
    else rows.push({ ...bin });
  }
  return rows.reverse();
}
