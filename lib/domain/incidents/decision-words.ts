import type { IncidentEntry } from './about.ts';
import type { Joined, LetterDecision, ReplayFact } from './joined.ts';
import { counted, listed, quoted, sentence, timeText } from './words.ts';

const statusWords = { good: 'good', warns: 'warning', blocks: 'blocking', unknown: 'unknown' } as const;

/** What the approvers saw: how much of each kind, and every item that was not good. */
export function evidenceSentences({ id, evidence }: Pick<ReplayFact, 'id' | 'evidence'>): string[] {
  if (evidence.length === 0) return [`No evidence was frozen for ${id}: it was not planned.`];
  const of = (status: ReplayFact['evidence'][number]['status']) =>
    evidence.filter((each) => each.status === status);
  const counts = (['good', 'warns', 'blocks', 'unknown'] as const).flatMap((status) =>
    of(status).length === 0 ? [] : [`${of(status).length} ${statusWords[status]}`],
  );
  return [
    `Evidence for ${id} when it was frozen: ${listed(counts)}.`,
    ...[...of('blocks'), ...of('warns'), ...of('unknown')].map(
      ({ status, sentence: said, why }) =>
        `Evidence for ${id}, ${statusWords[status]}: ${sentence(said)}${why === null || status !== 'unknown' ? '' : ` ${sentence(why)}`}`,
    ),
  ];
}

function asked(replay: ReplayFact): string {
  const ticket = replay.ticket === null ? '' : ` (${replay.ticket})`;
  const what =
    replay.purpose === 'preserve'
      ? `copy ${counted(replay.records, 'record')} of ${replay.from} into the quarantine ${replay.to}`
      : `send ${replay.records === 0 ? 'records' : counted(replay.records, 'record')} of ${replay.from} to ${replay.to}`;
  return `Replay ${replay.id}: ${replay.requester} asked at ${timeText(replay.createdAt)} to ${what}, because ${quoted(replay.reason)}${ticket}.`;
}

const sealed = ({ digest, policyVersion }: ReplayFact): string =>
  digest === null
    ? 'It has no seal: it was never planned.'
    : `Its seal is ${digest}, under policy version ${policyVersion ?? 'unknown'}.`;

function approvalSentences({ approvals, breakGlass, digest, purpose, state }: ReplayFact): string[] {
  const said = approvals.map(({ by, decision, at, comment, digest: decidedOn }) => {
    const other = decidedOn === digest ? 'this seal' : `another seal (${decidedOn.slice(0, 12)})`;
    return `${by} ${decision === 'approve' ? 'approved' : 'rejected'} ${other} at ${timeText(at)}${comment === null || comment === '' ? '.' : `: ${quoted(comment)}.`}`;
  });
  if (breakGlass !== null)
    said.push(
      `${breakGlass.by} started it alone, without approval, at ${timeText(breakGlass.at)}: ${quoted(breakGlass.reason)}. ${breakGlass.reviewedBy === null ? 'Nobody has reviewed that yet.' : `${breakGlass.reviewedBy} reviewed that.`}`,
    );
  if (said.length > 0) return said;
  return [
    purpose === 'preserve'
      ? 'A copy into the quarantine needs no approval.'
      : state === 'awaiting_approval'
        ? 'Nobody has decided on it yet.'
        : 'Nobody approved or rejected it.',
  ];
}

const replaySentences = (replay: ReplayFact): string[] => [
  [asked(replay), sealed(replay), ...approvalSentences(replay)].join(' '),
  `Replay ${replay.id} is ${replay.state.replaceAll('_', ' ')}${replay.stateReason === null ? '.' : `: ${sentence(replay.stateReason)}`}`,
  ...(replay.purpose === 'preserve' ? [] : evidenceSentences(replay)),
];

const letterSentence = ({ by, verb, records, topic, at, reason, digest }: LetterDecision): string =>
  `${by} ${verb} ${counted(records, 'dead letter')} of ${topic} at ${timeText(at)}${reason === null ? '' : `, because ${quoted(reason)}`}.${digest === null ? '' : ` Digest of which they were: ${digest}.`}`;

/** Every decision on records, with who made it and on what; and what was noted, closed and reopened. */
export function decisionSentences(
  entries: readonly IncidentEntry[],
  { replays, letterDecisions }: Joined,
): string[] {
  const decided = [...replays.flatMap(replaySentences), ...letterDecisions.map(letterSentence)];
  const notes = entries.filter(({ kind }) => kind === 'note').length;
  return [
    ...(decided.length === 0 ? ['No replay was asked for and no dead letter was dismissed.'] : decided),
    ...entries.flatMap(({ kind, by, at, text }) =>
      kind === 'closed' || kind === 'reopened'
        ? [`${by} ${kind} the incident at ${timeText(at)}: ${quoted(text)}.`]
        : [],
    ),
    ...(notes === 0 ? [] : [`${counted(notes, 'note')} by people stand in the timeline.`]),
  ];
}
