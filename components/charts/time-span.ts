/** Half-open, milliseconds since the epoch. */
export type TimeSpan = { from: number; to: number };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The spans that move with the clock, by their name in the address. */
export const rangeMs = {
  '15m': 15 * minute,
  '1h': hour,
  '6h': 6 * hour,
  '24h': day,
  '7d': 7 * day,
  '30d': 30 * day,
} as const;
export type RangeName = keyof typeof rangeMs;
export const rangeNames = Object.keys(rangeMs) as RangeName[];
export const rangeLabels: Readonly<Record<RangeName, string>> = {
  '15m': 'last 15 min',
  '1h': 'last 1 h',
  '6h': 'last 6 h',
  '24h': 'last 24 h',
  '7d': 'last 7 d',
  '30d': 'last 30 d',
};

/** Shorter than this there is nothing to see: readings are ten seconds apart. */
export const shortestMs = minute;
export const longestMs = 30 * day;
const pointsDrawn = 360;

/**
 * A span that moves with the clock, in steps of half a minute or of one drawn point: so a query for it rests in between. Its end is the next step, so
 * that the newest reading is inside.
 */
export function movingSpan(range: RangeName, nowMs: number): TimeSpan & { stepMs: number } {
  const stepMs = Math.max(30_000, Math.ceil(rangeMs[range] / pointsDrawn));
  const to = Math.ceil((nowMs + 1) / stepMs) * stepMs;
  return { from: to - rangeMs[range], to, stepMs };
}

/** `factor` times as long about its middle, never past now, never shorter than a minute or longer than what is kept. */
export function zoomed({ from, to }: TimeSpan, factor: number, nowMs: number): TimeSpan {
  const length = Math.min(longestMs, Math.max(shortestMs, Math.round((to - from) * factor)));
  const end = Math.min(Math.round((from + to + length) / 2), Math.max(nowMs, to));
  return { from: end - length, to: end };
}

/** Moved by a share of its length; forwards no further than now. */
export function moved({ from, to }: TimeSpan, share: number, nowMs: number): TimeSpan {
  const wanted = Math.round((to - from) * share);
  const by = wanted > 0 ? Math.min(wanted, Math.max(0, nowMs - to)) : wanted;
  return { from: from + by, to: to + by };
}

/** What was drawn with the mouse as a span; null when it is too short to have been meant. */
export function brushed(a: number, b: number): TimeSpan | null {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  return to - from < shortestMs ? null : { from, to };
}
