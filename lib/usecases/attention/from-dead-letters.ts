import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { urgencyOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import { causeSentence, surenessWords } from '#lib/domain/dead-letters/expiry-words.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import { countText, durationText, type Found } from './severity.ts';
import { waveText } from './wave-text.ts';

const untouched: TopicTriage = { quiet: 0, claimedBy: null, claims: null };

/** What people did about failure groups of a topic: those left out of its numbers, and who has the others. */
export type TopicTriage = { quiet: number; claimedBy: string | null; claims: string | null };

/** Topics with open dead letters: to act on while they keep arriving faster than the objective, else to triage; and what expires soon. */
export function deadLetterItems(
  topics: readonly DeadLetterTopic[],
  flows: readonly Flow[],
  triageOf: (topic: DeadLetterTopic) => TopicTriage = () => untouched,
): Found[] {
  return topics
    .filter((topic) => topic.kind === 'dead_letter' && topic.open > 0)
    .flatMap((topic) => {
      const flow = flows.find((each) => each.name === topic.flow);
      const about = {
        resource: `flow/${topic.flow ?? topic.topic}`,
        href: consolePage.topic(topic.cluster, topic.topic),
        owner: flow?.owner.team ?? null,
        runbook: flow?.owner.runbook ?? null,
      };
      const objective = flow?.objectives.deadLettersPerHour ?? null;
      const above = topic.arrivals.m5 > 0 && (objective === null || topic.arrivals.h1 > objective);
      const triage = triageOf(topic);
      const least = topic.index.caughtUp ? '' : 'at least ';
      const arriving: Found = {
        ...about,
        kind: 'dead_letters',
        severity: above ? 'act' : 'warn',
        title: `${least}${countText(topic.open, 'open dead letter')} in ${topic.topic}`,
        detail: [
          topic.lineages === null ? null : countText(topic.lineages, 'lineage'),
          countText(topic.failureGroups, 'failure group'),
          topic.arrivals.m5 > 0
            ? `still arriving: ${topic.arrivals.m5.toLocaleString('en-US')} in 5 min`
            : 'none arrived in the last 5 min',
          waveText(topic.nextWave, Date.parse(topic.asOf)),
          triage.claims,
          triage.quiet > 0
            ? `${countText(triage.quiet, 'muted or snoozed failure group')} not counted`
            : null,
        ]
          .filter((part) => part !== null)
          .join('; '),
        verb: 'triage',
        since: topic.oldestAt,
        claimedBy: triage.claimedBy,
      };
      return [arriving, ...expiryItem(topic, about)];
    });
}

/** What retention takes soon, or compaction may take at any time. */
function expiryItem(
  topic: DeadLetterTopic,
  about: Pick<Found, 'resource' | 'href' | 'owner' | 'runbook'>,
): Found[] {
  const { expires, expiresFirstMs, expiryLeadMs } = topic;
  if (expires === null || expiresFirstMs === null) return [];
  const urgency = urgencyOf(expiresFirstMs, expiryLeadMs);
  if (urgency === null) return [];
  const least = topic.index.caughtUp ? '' : 'at least ';
  const open = `${least}${countText(topic.open, 'open dead letter')} of ${topic.topic}`;
  const title =
    expires.by === 'compaction'
      ? `${open} can be lost to compaction`
      : expiresFirstMs === 0
        ? `${open}: the first can expire at any moment`
        : `${open}: the first expires in ${durationText(expiresFirstMs)}, ${surenessWords[expires.sure]}`;
  return [
    {
      ...about,
      kind: 'expiry',
      // Compaction takes only what has a newer record of its key.
      severity: expires.sure === 'possible' ? 'warn' : urgency,
      title,
      detail: `${causeSentence(expires, durationText)} It is ${topic.topic}-${expires.partition} @ ${expires.offset}.`,
      verb: 'preserve',
      since: null,
      at: expires.at,
    },
  ];
}
