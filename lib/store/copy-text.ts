const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
/** A text in PostgreSQL's text format of COPY: null is \N, and these four characters are escaped. */
export const text = (value: string | null): string =>
  value === null
    ? '\\N'
    : special.test(value)
      ? value.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found)
      : value;
/** A number, as `text`. */
export const plain = (value: number | bigint | null): string => (value === null ? '\\N' : String(value));

const minuteMs = 60_000;
/** `00` to `59`, and `.000Z` to `.999Z`. */
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const millisDigits = Array.from({ length: 1000 }, (_, n) => `.${String(n).padStart(3, '0')}Z`);
type KnownMinute = { minute: number; text: string };
/** A record has two instants, its own and that of its origin, which lie in different minutes: the last two are known. */
let latest: KnownMinute = { minute: Number.NaN, text: '' };
let before: KnownMinute = latest;

function minuteText(minute: number): string {
  if (minute === latest.minute) return latest.text;
  const known =
    minute === before.minute
      ? before
      : { minute, text: new Date(minute * minuteMs).toISOString().slice(0, -'00.000Z'.length) };
  before = latest;
  latest = known;
  return known.text;
}

/** ISO 8601, as `text`; instants of one minute share its text. */
export function instant(at: Date | null): string {
  if (at === null) return '\\N';
  const ms = at.getTime();
  const minute = Math.floor(ms / minuteMs);
  const rest = ms - minute * minuteMs;
  const second = Math.floor(rest / 1000);
  return `${minuteText(minute)}${twoDigits[second]}${millisDigits[rest - second * 1000]}`;
}
