import { quoted } from './quoted.ts';

/** The text of a filter that can be read, of one failure group and disposition only. It may have become too long to be one. */
export function narrowFilter(
  filter: string,
  by: { fingerprint: string | null; disposition: string | null },
): string {
  const more = [
    ...(by.fingerprint === null ? [] : [`fingerprint == ${quoted(by.fingerprint)}`]),
    ...(by.disposition === null ? [] : [`disposition == ${quoted(by.disposition)}`]),
  ];
  return more.length === 0 ? filter : [`(${filter})`, ...more].join(' && ');
}
