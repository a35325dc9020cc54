/** How numbers, times and durations read. Pure; null never reaches here: what was not read is shown by `Unknown`. */

const grouping = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `18,204`. */
export const formatCount = (value: number): string => grouping.format(value);

/** A decimal string, whatever its size, with grouping and no loss: `9,007,199,254,740,993`. */
export const formatBig = (decimal: string): string => grouping.format(BigInt(decimal));

/** Offsets are names of records and are copied whole, so they keep their digits ungrouped. */
export const formatOffset = (decimal: string): string => decimal;

/** Two significant digits below 10, whole numbers above: `0.4`, `3.2`, `48`, `1,240`. Zero is `0`. */
export function formatRate(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) < 0.05) return '<0.1';
  return Math.abs(value) < 10 ? value.toFixed(1).replace(/\.0$/, '') : grouping.format(Math.round(value));
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** The two largest units: `3 h 10 min`, `9 min`, `4.2 s`, `180 ms`. Milliseconds in. */
export function formatDuration(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size === 0) return '0 s';
  if (size < 1000) return `${sign}${Math.round(size)} ms`;
  if (size < 10_000) return `${sign}${(Math.floor(size / 100) / 10).toFixed(1).replace(/\.0$/, '')} s`;
  for (const [index, [name, length]] of units.entries()) {
    if (size < length) continue;
    const whole = Math.floor(size / length);
    const next = units[index + 1];
    const rest = next && whole < 10 ? Math.floor((size - whole * length) / next[1]) : 0;
    return rest > 0 && next ? `${sign}${whole} ${name} ${rest} ${next[0]}` : `${sign}${whole} ${name}`;
  }
  return `${sign}${Math.round(size)} ms`;
}

/** An age in whole seconds or one unit above: `2 s ago`, `9 min ago`; a time ahead reads `in 27 min`. */
export function formatAge(ms: number): string {
  const size = Math.abs(ms);
  const text = size < 1000 ? '0 s' : formatDuration(Math.floor(size / 1000) * 1000);
  if (ms <= -1000) return `in ${text}`;
  return size < 1000 ? 'now' : `${text} ago`;
}

/** Decimal units, as brokers and disks count: `512 B`, `184 kB`, `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    if (Math.abs(value) < 999.5 || unit === 'TB')
      return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${unit}`;
  }
  return `${bytes} B`;
}

/** A ratio as per cent: `3.1%`, `<0.1%`, `100%`. */
export function formatPercent(ratio: number): string {
  const value = ratio * 100;
  if (value === 0) return '0%';
  if (value > 0 && value < 0.1) return '<0.1%';
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}%`;
}

const clock = new Map<string, Intl.DateTimeFormat>();
const formatter = (key: string, options: Intl.DateTimeFormatOptions) => {
  const known = clock.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', options);
  clock.set(key, made);
  return made;
};
const zoneOf = (zone: string | undefined) => (zone === undefined ? {} : { timeZone: zone });

/** `02:41:07` today, `21 Nov 02:41:07` otherwise, in the viewer's zone (or the one named). */
export function formatClock(at: Date, now: Date, zone?: string): string {
  const day = formatter(`d${zone}`, { day: 'numeric', month: 'short', year: 'numeric', ...zoneOf(zone) });
  const time = formatter(`t${zone}`, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zoneOf(zone),
  });
  if (day.format(at) === day.format(now)) return time.format(at);
  const [date = '', month = '', year = ''] = day.format(at).split(' ');
  const thisYear = day.format(now).split(' ')[2] === year;
  return `${date} ${month}${thisYear ? '' : ` ${year}`} ${time.format(at)}`;
}

/** `02:41`, for an axis. */
export const formatMinute = (at: Date, zone?: string): string =>
  formatter(`m${zone}`, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zoneOf(zone) }).format(at);

/** `25 Nov`, for an axis that spans days. */
export const formatDay = (at: Date, zone?: string): string =>
  formatter(`x${zone}`, { day: 'numeric', month: 'short', ...zoneOf(zone) }).format(at);

/** The zone that `formatClock` writes in, short: `UTC`, `CET`, `GMT+2`. */
export const zoneName = (at: Date, zone?: string): string =>
  formatter(`z${zone}`, { timeZoneName: 'short', ...zoneOf(zone) })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value ?? '';

/** `1 record`, `2 records`: the noun is given in both numbers. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
