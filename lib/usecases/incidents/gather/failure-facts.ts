import type { FailureFact, TopicFact } from '#lib/domain/incidents/joined.ts';
import { failureKey, type IncidentReach } from '#lib/domain/incidents/reach.ts';
import type { IncidentLine } from '#lib/domain/incidents/timeline.ts';
import { counted } from '#lib/domain/incidents/words.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { masksOf } from '../../dead-letter-access.ts';
import { failureGroupView } from '../../dead-letter-views.ts';
import type { IncidentDeps } from '../deps.ts';
import { inTime, most, type Span } from './bounds.ts';

type Deps = Pick<IncidentDeps, 'database' | 'config' | 'clock'>;
type Found = { topics: TopicFact[]; failures: FailureFact[]; failuresLeftOut: number; gaps: string[] };

const listedMost = 500;

async function ofTopic(
  deps: Deps,
  topic: TopicRow,
  reach: IncidentReach,
  { from, to }: Span,
): Promise<Found> {
  const now = deps.clock();
  const [arrived, rows] = await Promise.all([
    inTime(deps.database, (stores) => stores.incidentSources.arrived(topic, from, to, most.letters)),
    inTime(deps.database, (stores) =>
      stores.deadLetterGroups.failureGroups(topic, { limit: listedMost, after: null }, now),
    ),
  ]);
  const masks = masksOf(deps.config, topic);
  const failures = (rows ?? [])
    .map((row): FailureFact => {
      const { title, fingerprint, open, firstAt, lastAt } = failureGroupView(row, null, [], masks, undefined);
      return {
        ...{ cluster: topic.cluster, topic: topic.topic, fingerprint, title },
        ...{ arrived: arrived?.counts.get(fingerprint) ?? 0, open, firstAt, lastAt },
      };
    })
    .filter(
      (each) =>
        each.arrived > 0 || reach.failures.includes(failureKey(each.cluster, each.topic, each.fingerprint)),
    )
    .sort((a, b) => b.arrived - a.arrived || a.fingerprint.localeCompare(b.fingerprint));
  const total = [...(arrived?.counts.values() ?? [])].reduce((sum, n) => sum + n, 0);
  return {
    topics: [
      {
        ...{ cluster: topic.cluster, topic: topic.topic, kind: topic.kind },
        ...{ arrived: total, atLeast: arrived === null || arrived.atLeast },
        open: rows && rows.length < listedMost ? rows.reduce((sum, row) => sum + row.open, 0) : null,
      },
    ],
    failures: failures.slice(0, most.failures),
    failuresLeftOut: Math.max(0, failures.length - most.failures),
    gaps: [
      ...(arrived === null
        ? [`How many dead letters arrived in ${topic.topic} took too long to count.`]
        : []),
      ...(rows === null ? [`The failure groups of ${topic.topic} took too long to read.`] : []),
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
  return {
    topics: parts.flatMap((part) => part.topics),
    failures: parts.flatMap((part) => part.failures),
    failuresLeftOut: parts.reduce((sum, part) => sum + part.failuresLeftOut, 0),
    gaps: [
      ...(reach.topics.length > most.topics
        ? [`Of ${reach.topics.length} topics only the first ${most.topics} were looked at.`]
        : []),
      ...named.flatMap(({ topic }, at) =>
        topics[at] === null ? [`The index does not know ${topic}: its dead letters are not in here.`] : [],
      ),
      ...parts.flatMap((part) => part.gaps),
    ],
  };
}

/** When failure groups were first seen, and when they came last. */
export const failureLines = (failures: readonly FailureFact[], { from, to }: Span): IncidentLine[] =>
  failures.flatMap(({ cluster, topic, fingerprint, title, arrived, firstAt, lastAt }) => {
    const within = (at: string) => at >= from.toISOString() && at <= to.toISOString();
    const href = `/dead-letters/${encodeURIComponent(cluster)}/${encodeURIComponent(topic)}?fingerprint=${encodeURIComponent(fingerprint)}`;
    const plain = { until: null, count: 1, kind: 'failure' as const, actor: null, href };
    const id = `failure/${failureKey(cluster, topic, fingerprint)}`;
    const name = `${title} (${fingerprint})`;
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
