const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const piece = /(\d{1,12})(h|ms|m|s)/y;
/** A hundred years: beyond it nothing is searched, and sums stay within what times can say. */
export const durationMaxMs = 876_000 * 3_600_000;

/** `1h30m`, `90s`, `250ms`, `-5m` in milliseconds; null for anything else, also for what is longer than a hundred years. */
export function parseDuration(text: string): number | null {
  const negative = text.startsWith('-');
  let at = negative ? 1 : 0;
  let ms = 0;
  if (at === text.length) return null;
  while (at < text.length) {
    piece.lastIndex = at;
    const [whole, count, unit] = piece.exec(text) ?? [];
    if (whole === undefined) return null;
    ms += Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
    at += whole.length;
  }
  return ms <= durationMaxMs ? (negative ? -ms : ms) : null;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 instant with its zone, in milliseconds since the epoch; null for anything else. */
export function parseInstant(text: string): number | null {
  const ms = instant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) || ms < earliestMs || ms > latestMs ? null : ms;
}

/** The first and the last instant that RFC 3339 can write. */
export const earliestMs = -62_135_596_800_000;
export const latestMs = 253_402_300_799_999;
