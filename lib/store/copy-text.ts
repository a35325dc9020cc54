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
/** ISO 8601, as `text`; instants of one minute share its text, so each column of instants is best written by a writer of its own. */
export function instantWriter(): (at: Date | null) => string {
  let minute = Number.NaN;
  let minuteText = '';
  return (at) => {
    if (at === null) return '\\N';
    const ms = at.getTime();
    const of = Math.floor(ms / minuteMs);
    if (of !== minute) {
      minuteText = new Date(of * minuteMs).toISOString().slice(0, -'00.000Z'.length);
      minute = of;
    }
    const rest = ms - of * minuteMs;
    return `${minuteText}${rest < 10_000 ? '0' : ''}${(rest / 1000).toFixed(3)}Z`;
  };
}
