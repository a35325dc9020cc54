export type Point = readonly [string, number];
/** Half-open, milliseconds since the epoch. */
export type Bin = { from: number; to: number; count: number };

const steps = [1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);

/** The smallest distance between two of the times: how wide the source counted. One minute when there is only one. */
function sourceStep(series: readonly (readonly Point[])[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const points of series)
    for (let index = 1; index < points.length; index += 1) {
      const distance = Date.parse(points[index]?.[0] ?? '') - Date.parse(points[index - 1]?.[0] ?? '');
      if (distance > 0) least = Math.min(least, distance);
    }
  return Number.isFinite(least) ? least : 60_000;
}

/**
 * Adds the histograms of several failure groups into bins of one width, a round number of seconds, never narrower than the sources counted
 * (that would draw combs). Empty when there is nothing.
 */
export function binHistograms(
  series: readonly (readonly Point[])[],
  binsMax: number,
  /** The time to draw where it is not that of the series themselves: so that several charts share one axis. */
  axis: readonly (readonly Point[])[] = series,
): Bin[] {
  const times = axis.flat().map(([at]) => Date.parse(at));
  if (times.length === 0) return [];
  const source = sourceStep(axis);
  const start = Math.min(...times);
  const end = Math.max(...times) + source;
  const wanted = Math.max(source, (end - start) / binsMax);
  const step = steps.find((each) => each >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
  const first = Math.floor(start / step) * step;
  const bins: Bin[] = [];
  for (let from = first; from < end; from += step) bins.push({ from, to: from + step, count: 0 });
  for (const [at, count] of series.flat()) {
    const bin = bins[Math.floor((Date.parse(at) - first) / step)];
    if (bin) bin.count += count;
  }
  return bins;
}
