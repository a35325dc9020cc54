const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What a person counts time in; each is a multiple of how far apart the samples are. */
const round = [
  10 * second,
  30 * second,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 6, 12].map((n) => n * hour),
  day,
];
const defaultPoints = 360;
const pointsMax = 1_500;
/** Samples of every ten seconds are kept this long; older ones are the worst of their minute. */
const fineForMs = day;

/**
 * How long a step of lag over time is, in ms: the shortest round one that gives about 360 points, or what is asked for as far as that does not give more
 * than 1,500. Never shorter than the samples are apart, which would show gaps that are none; where the range reaches back past a day, that is a minute.
 * @param wantedMs null: not asked for
 */
export function historyStepMs(
  range: { fromMs: number; toMs: number },
  nowMs: number,
  wantedMs: number | null,
): number {
  const lengthMs = range.toMs - range.fromMs;
  const least = nowMs - range.fromMs > fineForMs ? minute : 10 * second;
  if (wantedMs !== null) return Math.ceil(Math.max(wantedMs, least, lengthMs / pointsMax) / second) * second;
  const enough = Math.max(least, lengthMs / defaultPoints);
  return round.find((each) => each >= enough) ?? Math.ceil(enough / day) * day;
}
