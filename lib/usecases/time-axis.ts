const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const steps = [
  secondMs,
  5 * secondMs,
  15 * secondMs,
  30 * secondMs,
  minuteMs,
  2 * minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
];
const bucketsMax = 60;

/** Numbered steps from the epoch, from the first to the last; empty when the last is before the first. */
export type Axis = { first: number; last: number; stepMs: number };

/**
 * Steps that people count in, at most 60 of them over the span.
 * @param finestMs no step is smaller than this
 */
export function timeAxis(span: { first: Date; last: Date } | null, finestMs: number): Axis {
  if (!span) return { first: 0, last: -1, stepMs: dayMs };
  const [fromMs, toMs] = [span.first.getTime(), span.last.getTime()];
  const count = (stepMs: number) => Math.floor(toMs / stepMs) - Math.floor(fromMs / stepMs) + 1;
  const days = dayMs * Math.ceil((toMs - fromMs) / dayMs / (bucketsMax - 1) || 1);
  const stepMs = steps.find((step) => step >= finestMs && count(step) <= bucketsMax) ?? days;
  return { first: Math.floor(fromMs / stepMs), last: Math.floor(toMs / stepMs), stepMs };
}
