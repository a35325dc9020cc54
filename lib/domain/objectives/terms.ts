const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The share of minutes that a flow has to be within its time-lag objective. One constant for all flows: the file sets the time, not the share. */
export const objectiveTarget = 0.99;
/** The period that compliance is told for; also the longest window. History is read for this long, in minutes. */
export const objectivePeriodMs = 24 * hourMs;
export const objectiveStepMs = minuteMs;
/** With less of a window measured, its rate is not told. */
export const leastCoverage = 0.5;

/** Windows over which burn is told, shortest first. */
export const burnWindowsMs: readonly number[] = [5 * minuteMs, 30 * minuteMs, hourMs, 6 * hourMs];

export type BurnSpeed = 'fast' | 'slow';
/**
 * Multi-window, multi-burn-rate alerting (Google, The Site Reliability Workbook, ch. 5, for a budget of 30 days): the long window says that
 * it matters, the short one that it still goes on. 14.4 for an hour is 2% of the budget, 6 for six hours is 5%.
 */
export const burnRules: readonly { speed: BurnSpeed; longMs: number; shortMs: number; above: number }[] = [
  { speed: 'fast', longMs: hourMs, shortMs: 5 * minuteMs, above: 14.4 },
  { speed: 'slow', longMs: 6 * hourMs, shortMs: 30 * minuteMs, above: 6 },
];
