import type { History } from '#lib/contract/lag.ts';

export type HistoryPoint = {
  at: number;
  lagRecords: number | null;
  lagMs: number | null;
  exactLag: string | null;
};

/**
 * The group's own series made ready to draw: in time order, with a null put wherever readings are further apart than two steps, so that the
 * line breaks there and nothing is invented in between. Takes the series of the whole group; without one, the sum of all series at
 * the times where every one of them was read.
 */
export function prepareHistory(history: Pick<History, 'series' | 'stepMs'>): HistoryPoint[] {
  const whole = history.series.find((each) => each.topic === null && each.partition === null);
  const points = whole ? whole.points : sumOf(history.series);
  const gapMs = history.stepMs * 2;
  const ready: HistoryPoint[] = [];
  for (const [time, lag, lagMs] of points) {
    const at = Date.parse(time);
    const last = ready.at(-1);
    if (last && at - last.at > gapMs && last.lagRecords !== null)
      ready.push({ at: last.at + history.stepMs, lagRecords: null, lagMs: null, exactLag: null });
    ready.push({ at, lagRecords: lag === null ? null : Number(lag), lagMs, exactLag: lag });
  }
  return ready;
}

type Points = History['series'][number]['points'];

function sumOf(series: History['series']): Points {
  const byTime = new Map<string, { lag: bigint | null; lagMs: number | null; seen: number }>();
  for (const { points } of series)
    for (const [time, lag, lagMs] of points) {
      const sum = byTime.get(time) ?? { lag: 0n, lagMs: null, seen: 0 };
      byTime.set(time, {
        lag: sum.lag === null || lag === null ? null : sum.lag + BigInt(lag),
        lagMs: lagMs === null ? sum.lagMs : Math.max(sum.lagMs ?? 0, lagMs),
        seen: sum.seen + 1,
      });
    }
  return [...byTime]
    .sort(([a], [b]) => Date.parse(a) - Date.parse(b))
    .map(([time, sum]) =>
      sum.seen < series.length || sum.lag === null ? [time, null, null] : [time, String(sum.lag), sum.lagMs],
    );
}
