import type { IncidentThing } from './about.ts';

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not of the console's making: its own parts are encoded.
    return null;
  }
};

/** What a page of the console is about, by its address; null for pages that are about nothing of their own. */
export function thingOfHref(href: string): IncidentThing | null {
  const [path = '', query = ''] = href.split('?');
  const [, place = '', ...rest] = path.split('/');
  const [first, second] = rest.map(decoded);
  const search = new URLSearchParams(query);
  if (place === 'lag' && first && second) return { kind: 'group', cluster: first, group: second };
  const cluster = search.get('cluster');
  if (place === 'lag' && cluster) return { kind: 'cluster', cluster };
  if (place === 'dead-letters' && first && second) {
    const fingerprint = search.get('fingerprint');
    return fingerprint
      ? { kind: 'failure', cluster: first, topic: second, fingerprint }
      : { kind: 'topic', cluster: first, topic: second };
  }
  if (place === 'replays' && first && first !== 'new') return { kind: 'replay', replay: first };
  return place === 'flows' && first ? { kind: 'flow', flow: first } : null;
}

/** What a thing is, in words. */
export function thingText(thing: IncidentThing): string {
  switch (thing.kind) {
    case 'cluster':
      return `cluster ${thing.cluster}`;
    case 'flow':
      return `flow ${thing.flow}`;
    case 'group':
      return `consumer group ${thing.group}`;
    case 'topic':
      return `dead letters of ${thing.topic}`;
    case 'failure':
      return `failure group ${thing.fingerprint} of ${thing.topic}`;
    case 'replay':
      return `replay ${thing.replay}`;
    case 'alert':
      return `alert ${thing.key}`;
  }
}
