import { consolePage } from '#lib/domain/links/console-page.ts';
import { queryText } from './api.ts';

/** Every address of the console, from one builder. */
export const paths = {
  home: () => '/',
  signIn: (next?: string) => `/sign-in${queryText({ next: next === '/' ? null : next })}`,
  lag: (query: { cluster?: string; status?: string; flow?: string; q?: string } = {}) =>
    `/lag${queryText(query)}`,
  group: consolePage.group,
  deadLetters: () => '/dead-letters',
  deadLetterTopic: (cluster: string, topic: string, query: { fingerprint?: string; filter?: string } = {}) =>
    `${consolePage.topic(cluster, topic)}${queryText(query)}`,
  deadLetterRecord: (
    cluster: string,
    topic: string,
    partition: number,
    offset: string,
    query: { fingerprint?: string } = {},
  ) => `${consolePage.topic(cluster, topic)}/${partition}/${offset}${queryText(query)}`,
  replays: (query: { state?: string; awaitingMe?: boolean } = {}) => `/replays${queryText(query)}`,
  newReplay: (query: {
    cluster: string;
    topic: string;
    fingerprint?: string;
    filter?: string;
    records?: string;
    from?: string;
    to?: string;
  }) => `/replays/new${queryText(query)}`,
  replay: consolePage.replay,
  editReplay: (id: string) => `${consolePage.replay(id)}/edit`,
  flows: () => '/flows',
  flow: consolePage.flow,
  flowMap: (query: { flow?: string; q?: string } = {}) => `/flows/map${queryText(query)}`,
  flowSheet: (name: string, query: { hash?: string } = {}) =>
    `${consolePage.flow(name)}/sheet${queryText(query)}`,
  audit: (query: { actor?: string; action?: string; resource?: string; outcome?: string } = {}) =>
    `/audit${queryText(query)}`,
  decisions: (record: { cluster?: string; topic?: string; partition?: number; offset?: string } = {}) =>
    `/decisions${queryText(record)}`,
  incidents: (query: { state?: string } = {}) => `/incidents${queryText(query)}`,
  incident: (id: string, query: { from?: string; to?: string } = {}) =>
    `${consolePage.incident(id)}${queryText(query)}`,
  settings: () => '/settings',
} as const;

/** A path segment as Next hands it to a page: still encoded. */
export function decodeSegment(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A stray percent sign: then it was not encoded.
    return value;
  }
}

/** Where an alert's link leads (api.md, `/go`) by its parameters alone, while nothing can be looked up: the most exact page that they name. */
export function alertTarget(search: Readonly<Record<string, string | string[] | undefined>>): string {
  const one = (name: string) =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : null;
  const [cluster, group, topic] = ['cluster', 'group', 'topic'].map(one);
  const fingerprint = one('failure') ?? one('fingerprint');
  const [replay, incident, flow] = ['replay', 'incident', 'flow'].map(one);
  if (replay) return paths.replay(replay);
  if (incident) return paths.incident(incident);
  if (cluster && topic) return paths.deadLetterTopic(cluster, topic, fingerprint ? { fingerprint } : {});
  if (cluster && group) return paths.group(cluster, group);
  if (group) return paths.lag({ q: group });
  if (topic) return paths.deadLetters();
  if (flow) return paths.flow(flow);
  return cluster ? paths.lag({ cluster }) : paths.home();
}
