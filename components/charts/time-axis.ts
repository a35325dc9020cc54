import { formatDay, formatMinute } from '../ui/format.ts';
import type { TimeSpan } from './time-span.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 10_080].map((n) => n * minute);

/**
 * Round times inside the span, at most `max` of them, on the hours and days of the viewer's zone.
 * @param zoneOffsetMs UTC less local time, as Date.getTimezoneOffset counts
 */
export function axisTicks(
  { from, to }: TimeSpan,
  max = 6,
  zoneOffsetMs = new Date(from).getTimezoneOffset() * minute,
): number[] {
  const step = steps.find((each) => (to - from) / each <= max) ?? Math.ceil((to - from) / max / day) * day;
  const first = Math.ceil((from - zoneOffsetMs) / step) * step + zoneOffsetMs;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** `02:41`; past a day the day itself where the clock says midnight. */
export function axisLabel(at: number, { from, to }: TimeSpan, zone?: string): string {
  const clock = formatMinute(new Date(at), zone);
  return to - from > day && clock === '00:00' ? formatDay(new Date(at), zone) : clock;
}

const second = 1000;
const durations = [
  1,
  ...[1, 2, 5, 10, 15, 30].flatMap((n) => [n * second, n * minute]),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 5, 10].map((n) => n * day),
  ...[10, 50, 100, 500],
].sort((a, b) => a - b);

/** Round durations from 0 to the first at or past `highest`, at most five of them: `5 min`, never `6 min 40 s`. */
export function durationTicks(highest: number): number[] {
  const step = durations.find((each) => highest / each <= 4) ?? Math.ceil(highest / 4 / day) * day;
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
