type Point = readonly [string, number | string | null];

/**
 * The drawing of a sparkline: x by time, y from 0 to the peak. A null breaks the line; a value between two nulls becomes a dot. Decimal strings
 * are plotted as numbers: a picture needs no more digits.
 */
export function sparkPaths(
  points: readonly Point[],
  width: number,
  height: number,
): { line: string; dots: [number, number][] } {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return { line: '', dots: [] };
  const start = Date.parse(first[0]);
  const span = Math.max(1, Date.parse(last[0]) - start);
  const peak = points.reduce((max, [, value]) => Math.max(max, value === null ? 0 : Number(value)), 0);
  const runs: [number, number][][] = [];
  let run: [number, number][] = [];
  for (const [time, value] of points) {
    if (value === null) {
      if (run.length > 0) runs.push(run);
      run = [];
      continue;
    }
    const x = ((Date.parse(time) - start) / span) * (width - 2) + 1;
    const y = height - 1.5 - (peak === 0 ? 0 : (Number(value) / peak) * (height - 3));
    run.push([Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
  }
  if (run.length > 0) runs.push(run);
  return {
    line: runs
      .filter((each) => each.length > 1)
      .map((each) => `M${each.map(([x, y]) => `${x} ${y}`).join('L')}`)
      .join(''),
    dots: runs.filter((each) => each.length === 1).flat(),
  };
}
