import { newestRun, type Run, runAt, runCount } from './runs.ts';
import type { PartitionWindow } from './window.ts';

export type Rates = { consume: number | null; produce: number | null };
export const noRates: Rates = { consume: null, produce: null };

/** Records a second over the window; null with less than `minSpanMs` to measure over. @param nowMs the newest poll */
export function rates({ runs }: PartitionWindow, nowMs: number, minSpanMs = 1_000): Rates {
  const first = runAt(runs, 0);
  const last = newestRun(runs);
  return first && last ? ratesBetween(first, last, nowMs, minSpanMs) : noRates;
}

/** The same over the older and the newer half of the window: how far they lie apart is how sure the rate is. */
export function halfRates({ runs }: PartitionWindow, nowMs: number): { older: Rates; newer: Rates } {
  const count = runCount(runs);
  const first = runAt(runs, 0);
  const middle = runAt(runs, Math.floor(count / 2));
  const last = newestRun(runs);
  if (!first || !middle || !last || count < 3) return { older: noRates, newer: noRates };
  return {
    older: ratesBetween(first, middle, middle.fromMs, 1_000),
    newer: ratesBetween(middle, last, nowMs, 1_000),
  };
}

function ratesBetween(first: Run, last: Run, nowMs: number, minSpanMs: number): Rates {
  // What stood still before the window began says nothing about the rate inside it, so the oldest run counts from its end.
  const fromMs = first.joined || first.toMs === Number.POSITIVE_INFINITY ? first.fromMs : first.toMs;
  const spanMs = nowMs - fromMs;
  if (spanMs < minSpanMs) return noRates;
  const perSecond = (records: number) => (records * 1000) / spanMs;
  return {
    consume: perSecond(last.committed - first.committed),
    produce: perSecond(last.highWatermark - first.highWatermark),
  };
}
