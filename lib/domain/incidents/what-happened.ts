import type { Incident } from './about.ts';
import type { FailureFact, GroupFact, Joined, TopicFact } from './joined.ts';
import type { IncidentLine } from './timeline.ts';
import { counted, listed, sentence, shortFingerprint, timeText } from './words.ts';

const namedMost = 5;

const minutes = (ms: number) => counted(Math.round(ms / 60_000), 'minute');

/** Nothing is said of a group that kept up: it is not what happened. */
function groupSentences({ groupId, peak, peakTime }: GroupFact): string[] {
  if (peak === null || peak.lagRecords === '0') return [];
  const late =
    peakTime !== null && peakTime.lagMs >= 60_000
      ? `, and at most ${minutes(peakTime.lagMs)} late at ${timeText(peakTime.at)}`
      : '';
  return [
    `Consumer group ${groupId} was at most ${counted(BigInt(peak.lagRecords), 'record')} behind at ${timeText(peak.at)}${late}.`,
  ];
}

function topicSentences(topics: readonly TopicFact[], failures: readonly FailureFact[], from: string) {
  return topics.flatMap(({ cluster, topic, arrived, failureGroups, atLeast }) => {
    if (arrived === 0) return [];
    const own = failures.filter(
      (each) => each.cluster === cluster && each.topic === topic && each.arrived > 0,
    );
    const fresh = own.filter(({ firstAt }) => firstAt >= from).length;
    const least = atLeast ? 'At least ' : '';
    const ofThem = own.length < failureGroups ? `the ${own.length} largest` : 'them';
    return [
      `${least}${counted(arrived, 'dead letter')} arrived in ${topic}, of ${counted(failureGroups, 'failure group')}, ${fresh === 0 ? 'none' : fresh} of ${ofThem} new.`,
      ...own
        .slice(0, namedMost)
        .map(
          (each) =>
            `${counted(each.arrived, 'dead letter')} of the failure group ${shortFingerprint(each.fingerprint)} (${each.title}): first seen ${timeText(each.firstAt)}, last ${timeText(each.lastAt)}.`,
        ),
      ...(own.length > 0 && failureGroups > namedMost
        ? [`And ${counted(failureGroups - namedMost, 'more failure group')} of ${topic}.`]
        : []),
    ];
  });
}

function alertSentences(lines: readonly IncidentLine[]): string[] {
  const fired = lines.filter(({ kind, id }) => kind === 'alert' && id.includes('/firing/'));
  const names = [...new Set(fired.map(({ detail, what }) => detail ?? what))];
  if (fired.length === 0) return [];
  const more = names.length > namedMost ? `, and ${names.length - namedMost} more` : '';
  return [
    sentence(
      `${counted(fired.length, 'alert')} fired: ${names
        .slice(0, namedMost)
        .join('; ')
        .replace(/[.!?]$/, '')}${more}`,
    ),
  ];
}

/** What was seen of lag, dead letters, alerts and deploys. */
export function happenedSentences({ groups, topics, failures, lines, from }: Joined): string[] {
  const markers = lines.filter(({ kind }) => kind === 'marker');
  const said = [
    ...groups.flatMap(groupSentences),
    ...topicSentences(
      topics.filter(({ kind }) => kind === 'dead_letter'),
      failures,
      from,
    ),
    ...alertSentences(lines),
    ...(markers.length === 0
      ? []
      : [
          `${counted(markers.length, 'marker')} of deploys and interventions: ${listed(
            markers.slice(0, namedMost).map(({ what, at }) => `${what} at ${timeText(at)}`),
          )}${markers.length > namedMost ? ', and more' : ''}.`,
        ]),
  ];
  return said.length > 0
    ? said
    : ['No lag, no dead letter, no alert and no deploy was seen for what it is about.'];
}

/** The span, and the first sign of trouble in it. */
export function sinceSentences(incident: Incident, { lines, from, to }: Joined): string[] {
  const first = lines.find(
    ({ kind, id }) => kind === 'alert' || kind === 'failure' || (kind === 'lag' && id.includes('/over/')),
  );
  const lookBack =
    incident.lookBackMs === 0 ? 'no look back' : `a look back of ${minutes(incident.lookBackMs)}`;
  return [
    `Opened by ${incident.openedBy} at ${timeText(incident.openedAt)}, with ${lookBack}: from ${timeText(from)} to ${timeText(to)}.`,
    first === undefined
      ? 'No first sign is known: neither an alert, nor a new failure group, nor time lag over an objective lies in that time.'
      : `The first sign in it: ${timeText(first.at)}, ${sentence(first.detail === null ? first.what : `${first.what}: ${first.detail}`)}`,
  ];
}
