import type { IncidentEntry } from './about.ts';
import type { Joined, ReplayFact } from './joined.ts';
import { counted, listed, timeText } from './words.ts';

const started = ({ progress, records }: ReplayFact) => progress.remaining < records;

function outcomeSentence(replay: ReplayFact): string {
  const { progress, records, id } = replay;
  if (records === 0) return `Replay ${id} froze no record.`;
  if (!started(replay))
    return `Replay ${id} froze ${counted(records, 'record')}; none of them was sent${replay.terminal ? '' : ' yet'}.`;
  const names = ['replayed', 'skipped', 'diverted', 'failed', 'unknown'] as const;
  const parts = names.flatMap((name) =>
    progress[name] > 0 || name === 'replayed'
      ? [`${progress[name].toLocaleString('en-US')} ${name === 'unknown' ? 'with an unknown outcome' : name}`]
      : [],
  );
  const left =
    progress.remaining > 0
      ? `; ${progress.remaining.toLocaleString('en-US')} ${replay.terminal ? 'were never sent' : 'remain'}`
      : '';
  const passed =
    replay.purpose === 'preserve'
      ? ''
      : ` ${counted(progress.consumedPast, 'record was', 'records were')} consumed past.`;
  return `Replay ${id}, of ${counted(records, 'record')}: ${listed(parts)}${left}.${passed}`;
}

/** What every replay did with its records, and what was decided about others. */
export function recordSentences({ replays, letterDecisions, topics }: Joined): string[] {
  const dismissed = letterDecisions
    .filter(({ verb }) => verb === 'dismissed')
    .reduce((sum, { records }) => sum + records, 0);
  const sent = replays.filter(({ purpose }) => purpose !== 'preserve');
  const total = sent.reduce((sum, { progress }) => sum + progress.replayed, 0);
  const arrived = topics.filter(({ kind }) => kind === 'dead_letter');
  const least = arrived.some(({ atLeast }) => atLeast) ? 'at least ' : '';
  return [
    ...(arrived.length === 0
      ? []
      : [
          `In: ${least}${counted(
            arrived.reduce((sum, topic) => sum + topic.arrived, 0),
            'dead letter',
          )} arrived.`,
        ]),
    `Out: ${counted(total, 'record')} replayed by ${counted(sent.filter(started).length, 'replay')}, ${counted(dismissed, 'dead letter')} dismissed.`,
    ...replays.map(outcomeSentence),
    ...(total > 0
      ? [
          'Consumed past means that the target group has committed past the record and that nothing came back within the settle time. It does not prove business success.',
        ]
      : []),
  ];
}

/** Of each replay that sent something: what was dead-lettered again, and what was drafted for it. */
export function cameBackSentences({ replays }: Joined): string[] {
  const sent = replays.filter(({ progress, purpose }) => progress.replayed > 0 && purpose !== 'preserve');
  if (sent.length === 0) return ['Nothing was replayed, so nothing can have come back.'];
  return sent.map(({ id, progress, drafts, terminal, state }) => {
    if (progress.cameBack > 0)
      return `From replay ${id} ${counted(progress.cameBack, 'record')} of ${progress.replayed.toLocaleString('en-US')} came back. ${drafts.length === 0 ? 'Nothing was drafted for them.' : `Drafted for them: ${listed(drafts)}.`}`;
    return terminal && state === 'verified'
      ? `Nothing came back from replay ${id}.`
      : `Nothing has come back from replay ${id} so far; it is ${state.replaceAll('_', ' ')}, so that is not proven.`;
  });
}

/** What somebody still has to look at. */
export function openSentences(closing: IncidentEntry | null, joined: Joined): string[] {
  const { replays, topics, groups, firing } = joined;
  const unended = replays.filter(({ terminal }) => !terminal);
  const unreviewed = replays.filter(
    ({ breakGlass }) => breakGlass !== null && breakGlass.reviewedBy === null,
  );
  const waiting = topics.filter(({ kind, open }) => kind === 'dead_letter' && open !== null && open > 0);
  const unwell = groups.filter(({ status }) => status !== null && status !== 'ok' && status !== 'unknown');
  const said = [
    ...waiting.map(({ topic, open }) => `${counted(open ?? 0, 'dead letter')} of ${topic} are open.`),
    ...unended.map(({ id, state }) => `Replay ${id} is ${state.replaceAll('_', ' ')}.`),
    ...unreviewed.map(({ id }) => `The start of replay ${id} without approval is not reviewed.`),
    ...unwell.map(
      ({ groupId, status, lagRecords }) =>
        `Consumer group ${groupId} is ${status?.replaceAll('_', ' ')}${lagRecords === null ? ', its lag is unknown' : `, ${counted(BigInt(lagRecords), 'record')} behind`}.`,
    ),
    ...firing.map(({ title, since }) => `An alert fires since ${timeText(since)}: ${title}.`),
  ];
  const asOf = `This is as of ${timeText(joined.asOf)}.`;
  const state =
    closing === null
      ? 'The incident itself is open.'
      : `The incident itself is closed, by ${closing.by} at ${timeText(closing.at)}.`;
  return [
    ...(said.length === 0
      ? ['No dead letter, replay, consumer group or alert of it is known to be open.']
      : said),
    `${state} ${asOf}`,
  ];
}
