import type { FailureFact, TopicFact } from '#lib/domain/incidents/joined.ts';
import { failureKey, type IncidentReach } from '#lib/domain/incidents/reach.ts';
import type { IncidentLine } from '#lib/domain/incidents/timeline.ts';
import { counted, shortFingerprint } from '#lib/domain/incidents/words.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { masksOf } from '../../dead-letter-access.ts';
import { failureTitle } from '../../dead-letter-views.ts';
import type { IncidentDeps } from '../deps.ts';
import { inTime, most, type Span } from './bounds.ts';

type Deps = Pick<IncidentDeps, 'database' | 'config'>;
type Found = { topics: TopicFact[]; failures: FailureFact[]; failuresLeftOut: number; gaps: string[] };

/** The failure groups to tell of: those that the incident names, then those of which most arrived. */
function chosen(counts: ReadonlyMap<string, number>, topic: TopicRow, reach: IncidentReach): string[] {
  const prefix = failureKey(topic.cluster, topic.topic, '');
  const named = reach.failures.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([of]) => of);
  return [...new Set([...named, ...byCount])];
}

async function ofTopic(
  { database, config }: Deps,
  topic: TopicRow,
  reach: IncidentReach,
  { from, to }: Span,
): Promise<Found> {
  const arrived = await inTime(database, (stores) =>
    stores.incidentSources.arrived(topic, from, to, most.letters),
  );
  const counts = arrived?.counts ?? new Map<string, number>();
  const all = chosen(counts, topic, reach);
  const told = all.slice(0, most.failures);
  const known = await inTime(database, (stores) => stores.incidentSources.failuresOf(topic, told));
  const masks = masksOf(config, topic);
  return {
    topics: [
      {
        ...{ cluster: topic.cluster, topic: topic.topic, kind: topic.kind },
        arrived: [...counts.values()].reduce((sum, n) => sum + n, 0),
        ...{ failureGroups: counts.size, atLeast: arrived === null || arrived.atLeast },
        open: known?.open ?? null,
      },
    ],
    failures: (known?.failures ?? [])
      .map(
        (each): FailureFact => ({
          ...{ cluster: topic.cluster, topic: topic.topic, fingerprint: each.fingerprint },
          ...{
            title: failureTitle(each, masks),
            arrived: counts.get(each.fingerprint) ?? 0,
            open: each.open,
          },
          ...{ firstAt: each.firstAt.toISOString(), lastAt: each.lastAt.toISOString() },
        }),
      )
      .sort((a, b) => b.arrived - a.arrived || a.fingerprint.localeCompare(b.fingerprint)),
    failuresLeftOut: all.length - told.length,
    gaps: [
      ...(arrived === null
        ? [`How many dead letters arrived in ${topic.topic} took too long to count.`]
        : []),
      ...(known === null ? [`The failure groups of ${topic.topic} took too long to read.`] : []),
    ],
  };
}

/** Dead letters of the incident's topics within the span, by failure group, called by what masks leave of their exception. */
export async function failureFacts(deps: Deps, reach: IncidentReach, span: Span): Promise<Found> {
  const named = reach.topics.slice(0, most.topics);
  const topics = await Promise.all(
    named.map(({ cluster, topic }) => deps.database.stores.deadLetters.findTopic(cluster, topic)),
  );
  const parts = await Promise.all(
    topics.flatMap((topic) => (topic === null ? [] : [ofTopic(deps, topic, reach, span)])),
  );
  // A quarantine into which nothing came yet is in no index.
  const quarantines = new Set<string | null>(deps.config.flows.map(({ quarantine }) => quarantine));
  return {
    topics: parts.flatMap((part) => part.topics),
    failures: parts.flatMap((part) => part.failures),
    failuresLeftOut: parts.reduce((sum, part) => sum + part.failuresLeftOut, 0),
    gaps: [
      ...(reach.topics.length > most.topics
        ? [`Of ${reach.topics.length} topics only the first ${most.topics} were looked at.`]
        : []),
      ...named.flatMap(({ topic }, at) =>
        topics[at] === null && !quarantines.has(topic)
          ? [`The index does not know ${topic}: its dead letters are not in here.`]
          : [],
      ),
      ...parts.flatMap((part) => part.gaps),
    ],
  };
}

/** When failure groups were first seen, and when they came last. */
export const failureLines = (failures: readonly FailureFact[], { from, to }: Span): IncidentLine[] =>
  failures.flatMap(({ cluster, topic, fingerprint, title, arrived, firstAt, lastAt }) => {
    const within = (at: string) => at >= from.toISOString() && at <= to.toISOString();
    const href = consolePage.failure(cluster, topic, fingerprint);
    const plain = { until: null, count: 1, kind: 'failure' as const, actor: null, href };
    const id = `failure/${failureKey(cluster, topic, fingerprint)}`;
    const name = `${title} (${shortFingerprint(fingerprint)})`;
    return [
      ...(within(firstAt)
        ? [
            {
              ...plain,
              id: `${id}/first`,
              at: firstAt,
              what: `failure group first seen in ${topic}`,
              detail: name,
            },
          ]
        : []),
      ...(within(lastAt) && lastAt !== firstAt
        ? [
            {
              ...{ ...plain, id: `${id}/last`, at: lastAt },
              what: `failure group last seen in ${topic}`,
              detail: `${name}, ${counted(arrived, 'dead letter')} by then`,
            },
          ]
        : []),
    ];
  });
