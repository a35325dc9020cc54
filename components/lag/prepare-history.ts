import type { History } from '#lib/contract/lag.ts';

export type HistoryPoint = {
  at: number;
  lagRecords: number | null;
  lagMs: number | null;
  exactLag: string | null;
};

/** Whose lag is drawn: the whole group, one topic of it, or one partition. */
export type HistoryChoice = { topic: string | null; partition: number | null };
const wholeGroup: HistoryChoice = { topic: null, partition: null };

/**
 * The chosen series made ready to draw: in time order, with a null put wherever readings are further apart than two steps, so that the line breaks
 * there and nothing is invented in between. A sum (of a topic, or of a group without a series of its own) is there only at the times where every one of
 * its parts was read.
 */
export function prepareHistory(
  history: Pick<History, 'series' | 'stepMs'>,
  choice: HistoryChoice = wholeGroup,
): HistoryPoint[] {
  const points = pointsOf(history.series, choice);
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

function pointsOf(series: History['series'], { topic, partition }: HistoryChoice): Points {
  if (topic === null) {
    const whole = series.find((each) => each.topic === null && each.partition === null);
    return whole ? whole.points : sumOf(series);
  }
  return sumOf(
    series.filter((each) => each.topic === topic && (partition === null || each.partition === partition)),
  );
}

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

export type HistorySummary = {
  readings: number;
  /** Runs of steps, between two readings, in which nothing was measured. */
  gaps: number;
  worst: HistoryPoint | null;
};

/** What the drawn points come to, for the sentence below the chart. */
export function summarizeHistory(points: readonly HistoryPoint[]): HistorySummary {
  let [readings, gaps] = [0, 0];
  let [worst, worstLag]: [HistoryPoint | null, bigint] = [null, 0n];
  let missing = false;
  for (const point of points) {
    if (point.exactLag === null) {
      missing = true;
      continue;
    }
    if (missing && readings > 0) gaps += 1;
    missing = false;
    readings += 1;
    const lag = BigInt(point.exactLag);
    if (worst === null || lag > worstLag) [worst, worstLag] = [point, lag];
  }
  return { readings, gaps, worst };
}

/** The same numbers for a spreadsheet: RFC 4180 without quotes, since there is nothing to quote. Empty where nothing was measured. */
export function historyCsv(points: readonly HistoryPoint[]): string {
  const lines = points.map(({ at, exactLag, lagMs }) =>
    [new Date(at).toISOString(), exactLag ?? '', lagMs ?? ''].join(','),
  );
  return ['time,lag_records,time_lag_ms', ...lines, ''].join('\r\n');
}
