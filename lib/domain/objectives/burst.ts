type Arrivals = { m5: number; m15: number; h1: number; d1: number };

const leastOfBurst = 10;
const timesUsual = 10;
const fiveMinutesBefore = (24 * 60 - 60) / 5;

/** `exceeded` while more than the objective arrived in the last hour; `unknown` when arrivals can't be read. */
export function judgeArrivals(
  lastHour: number | null,
  perHour: number | null,
): 'none' | 'unknown' | 'met' | 'exceeded' {
  if (perHour === null) return 'none';
  if (lastHour === null) return 'unknown';
  return lastHour > perHour ? 'exceeded' : 'met';
}

/**
 * Whether dead letters arrive in a burst. With an objective: more than it in the last hour, and some in the last 15 minutes. Without: at least
 * ten in 5 minutes, and ten times as many as was usual in the day before the last hour.
 */
export function isBurst(arrivals: Arrivals, perHour: number | null): boolean {
  if (perHour !== null) return arrivals.h1 > perHour && arrivals.m15 > 0;
  const usual = Math.max(0, arrivals.d1 - arrivals.h1) / fiveMinutesBefore;
  return arrivals.m5 >= leastOfBurst && arrivals.m5 > timesUsual * usual;
}
