import type { IncidentThing } from '../incidents/about.ts';

/** Everything that a link made elsewhere may name (`/go?…`). What is not named is null. */
export const goParameters = [
  'cluster',
  'group',
  'topic',
  'partition',
  'flow',
  'failure',
  'replay',
  'incident',
  'from',
  'to',
] as const;
export type GoParameter = (typeof goParameters)[number];
export type GoLink = Readonly<Record<GoParameter, string | null>>;

/** Longer than any name that Kafka, Sluice or a monitoring tool gives. */
const longest = 500;
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/** A time as monitoring tools write it: RFC 3339, or milliseconds (Grafana) or seconds (Prometheus) since the epoch; null for anything else. */
export function goTime(text: string): string | null {
  const digits = /^\d{9,13}$/.test(text) ? Number(text) * (text.length > 11 ? 1 : 1000) : null;
  const ms =
    digits ?? (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN);
  return Number.isFinite(ms) && ms >= earliestMs && ms < latestMs ? new Date(ms).toISOString() : null;
}

/**
 * What the parameters of a link name. Unknown ones are no part of it; a name that stands twice, is too long or no time says what is wrong with it.
 * `fingerprint` is what alerts wrote for `failure` before.
 */
export function readGoLink(search: Readonly<Record<string, string | string[] | undefined>>): {
  link: GoLink;
  problems: string[];
} {
  const problems: string[] = [];
  const one = (name: string): string | null => {
    const value = search[name];
    if (Array.isArray(value)) problems.push(`${name} stands ${value.length} times: which is meant?`);
    if (typeof value !== 'string' || value.trim() === '') return null;
    if (value.length <= longest) return value.trim();
    problems.push(`${name} is longer than ${longest} characters.`);
    return null;
  };
  const time = (name: 'from' | 'to'): string | null => {
    const text = one(name);
    const at = text === null ? null : goTime(text);
    if (text !== null && at === null)
      problems.push(
        `${name} is no time: write it like 2026-05-04T02:41:00Z, or in milliseconds since the epoch.`,
      );
    return at;
  };
  const named = Object.fromEntries(
    goParameters.map((name) => [name, name === 'from' || name === 'to' ? time(name) : one(name)]),
  );
  const link = { ...named, failure: named.failure ?? one('fingerprint') } as GoLink;
  if (link.partition !== null && !/^\d{1,10}$/.test(link.partition))
    problems.push('partition is no partition: a whole number, not negative.');
  if (link.from !== null && link.to !== null && link.from >= link.to)
    problems.push('from does not lie before to.');
  return { link, problems };
}

/** The stable address of a thing: it stays right when pages of the console move. @param span for what is over: the page then shows that time */
export function goHref(thing: IncidentThing, span: { from: string; to: string } | null = null): string {
  const { kind, ...names } = thing;
  if (kind === 'alert') return '/';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(names))
    search.set(name === 'fingerprint' ? 'failure' : name, value);
  if (span) {
    search.set('from', span.from);
    search.set('to', span.to);
  }
  return `/go?${search}`;
}
