import type { Flow } from '../flows/flow.ts';
import type { IncidentAbout, IncidentThing } from './about.ts';
import { thingOfAlert } from './alert-thing.ts';

type PlacedGroup = { cluster: string; groupId: string; flow: string | null };
type PlacedTopic = { cluster: string; topic: string };

/** Everything whose story belongs to an incident. */
export type IncidentReach = {
  clusters: readonly string[];
  /** Names; those that are declared no more are in it too. */
  flows: readonly string[];
  groups: readonly PlacedGroup[];
  /** Dead-letter and quarantine topics. */
  topics: readonly PlacedTopic[];
  replays: readonly string[];
  /** Failure groups that it names, as `cluster/topic/fingerprint`. */
  failures: readonly string[];
};

const distinct = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

/** What an alert is about counts as if it had been named. */
const thingsOf = (about: readonly IncidentAbout[]): { thing: IncidentThing; of: IncidentAbout }[] =>
  about.flatMap((of) => {
    const meant = of.thing.kind === 'alert' ? thingOfAlert(of.thing.key) : null;
    return [{ thing: of.thing, of }, ...(meant === null ? [] : [{ thing: meant, of }])];
  });

/** The things that an incident names, and of their flows all groups, dead-letter and quarantine topics. Pure. */
export function reachOf(about: readonly IncidentAbout[], declared: readonly Flow[]): IncidentReach {
  const flows = declared.filter((flow) =>
    about.some((each) => each.flow === flow.name && each.cluster === flow.cluster),
  );
  const things = thingsOf(about);
  return {
    clusters: distinct(about.map(({ cluster }) => cluster)),
    flows: distinct(about.flatMap(({ flow }) => (flow === null ? [] : [flow]))),
    groups: distinct([
      ...things.flatMap(({ thing, of }) =>
        thing.kind === 'group' ? [{ cluster: thing.cluster, groupId: thing.group, flow: of.flow }] : [],
      ),
      ...flows.flatMap(({ cluster, name, groups }) =>
        groups.map(({ id }): PlacedGroup => ({ cluster, groupId: id, flow: name })),
      ),
    ]),
    topics: distinct([
      ...things.flatMap(({ thing }) =>
        thing.kind === 'topic' || thing.kind === 'failure'
          ? [{ cluster: thing.cluster, topic: thing.topic }]
          : [],
      ),
      ...flows.flatMap(({ cluster, deadLetters, quarantine }) =>
        [deadLetters, quarantine].flatMap((topic): PlacedTopic[] =>
          topic === null ? [] : [{ cluster, topic }],
        ),
      ),
    ]),
    replays: distinct(things.flatMap(({ thing }) => (thing.kind === 'replay' ? [thing.replay] : []))),
    failures: distinct(
      things.flatMap(({ thing }) =>
        thing.kind === 'failure' ? [failureKey(thing.cluster, thing.topic, thing.fingerprint)] : [],
      ),
    ),
  };
}

export const failureKey = (cluster: string, topic: string, fingerprint: string): string =>
  `${cluster}/${topic}/${fingerprint}`;

/** Whether an alert belongs to what an incident reaches: its flow, its thing, or its cluster as a whole. */
export function concernsAlert(
  reach: IncidentReach,
  alert: { key: string; cluster: string; flow: string | null; scope: 'cluster' | 'flow' },
): boolean {
  if (!reach.clusters.includes(alert.cluster)) return false;
  if (alert.scope === 'cluster') return true;
  if (alert.flow !== null) return reach.flows.includes(alert.flow);
  const thing = thingOfAlert(alert.key);
  if (thing?.kind === 'group')
    return reach.groups.some((each) => each.cluster === thing.cluster && each.groupId === thing.group);
  if (thing?.kind === 'topic')
    return reach.topics.some((each) => each.cluster === thing.cluster && each.topic === thing.topic);
  return thing?.kind === 'replay' && reach.replays.includes(thing.replay);
}
