import { roughDuration } from '../../lag/wording.ts';
import { countOf } from '../../replays/sentences.ts';
import type { MeasuredAnswer } from './answers.ts';
import type { TopicCounts } from './measured.ts';
import { measured, type SheetQuestion, type Statement, type StatementState } from './sheet.ts';

const lasting = (ms: number) => (ms < 1000 ? 'under a second' : roughDuration(ms));
const percent = (share: number) => `${Number((share * 100).toFixed(share > 0.999 ? 3 : 1))}%`;

const groups: MeasuredAnswer = (flow, seen) =>
  flow.groups.map(({ id }): Statement => {
    const group = seen.groups.get(id);
    if (!group) return measured(`The collector has not seen ${id}.`, 'unknown', null);
    const { status, sentence, asOfMs } = group;
    const state: StatementState = status === 'ok' ? 'holds' : status === 'unknown' ? 'unknown' : 'fails';
    return measured(
      status === 'ok'
        ? `${id} keeps up${group.lagMs === null ? '' : `, ${lasting(group.lagMs)} behind`}.`
        : `${id} is ${status.replaceAll('_', ' ')}: ${sentence}`,
      status === 'never_committed' || status === 'orphaned' ? 'unknown' : state,
      asOfMs,
    );
  });

const lag: MeasuredAnswer = ({ objectives }, { usualLag, compliance, nowMs }) => {
  if (objectives.timeLagMs === null) return [];
  const limit = roughDuration(objectives.timeLagMs);
  const usual = usualLag.known
    ? measured(
        `Over the last week, 95 of 100 measured minutes were within ${lasting(usualLag.value.p95Ms)} of time lag (${countOf(usualLag.value.minutes, 'minute')} measured; the objective is ${limit}).`,
        usualLag.value.p95Ms <= objectives.timeLagMs ? 'holds' : 'fails',
        nowMs,
      )
    : measured(usualLag.why, 'unknown', null);
  if (compliance === null) return [usual];
  const { share, target } = compliance;
  return [
    usual,
    share === null
      ? measured('How the objective was met lately is not known: too little was measured.', 'unknown', null)
      : measured(
          `The objective was met in ${percent(share)} of what was measured lately (${percent(target)} is wanted).`,
          share >= target ? 'holds' : 'fails',
          nowMs,
        ),
  ];
};

const replays: MeasuredAnswer = (_flow, { replays: of, nowMs }) => {
  const { days, replays: count, running, sent, consumedPast, cameBack, failed, unknown } = of;
  if (count === 0) return [measured(`No replay of this flow within ${days} days.`, 'said', nowMs)];
  const others = [
    ...(failed > 0 ? [`${failed.toLocaleString('en-US')} failed`] : []),
    ...(unknown > 0 ? [`of ${unknown.toLocaleString('en-US')} it is not known whether they were sent`] : []),
  ];
  return [
    measured(
      `${countOf(count, 'replay')} within ${days} days${running > 0 ? `, ${running} of them under way` : ''}: ${countOf(sent, 'record')} sent, ${consumedPast.toLocaleString('en-US')} consumed past, ${cameBack.toLocaleString('en-US')} came back${others.length === 0 ? '' : `, ${others.join(', ')}`}.`,
      unknown > 0 ? 'unknown' : cameBack + failed > 0 ? 'said' : 'holds',
      nowMs,
    ),
  ];
};

const least = ({ caughtUp }: TopicCounts) => (caughtUp ? '' : 'at least ');

const letters: MeasuredAnswer = ({ deadLetters, objectives }, { deadLetters: seen }) => {
  if (deadLetters === null) return [];
  if (seen === null) return [measured(`${deadLetters} is not indexed yet.`, 'unknown', null)];
  const { open, h1, d1, asOfMs } = seen;
  const limit = objectives.deadLettersPerHour;
  const state: StatementState =
    limit === null ? 'said' : h1 > limit ? 'fails' : seen.caughtUp ? 'holds' : 'unknown';
  return [
    measured(
      `${least(seen)}${countOf(open, 'dead letter')} open; ${least(seen)}${h1.toLocaleString('en-US')} came in within the last hour, ${d1.toLocaleString('en-US')} within a day${limit === null ? '' : ` (${limit} an hour are borne)`}.`,
      state,
      asOfMs,
    ),
  ];
};

const held: MeasuredAnswer = ({ quarantine }, { quarantine: seen }) => {
  if (quarantine === null) return [];
  if (seen === null) return [measured(`${quarantine} is not indexed yet.`, 'unknown', null)];
  return [
    measured(`${least(seen)}${countOf(seen.open, 'record')} held in ${quarantine}.`, 'said', seen.asOfMs),
  ];
};

const waiting: MeasuredAnswer = (_flow, seen) =>
  seen.waiting.map(({ topic, records, asOfMs }) =>
    records === null
      ? measured(`What waits in ${topic} is not known.`, 'unknown', asOfMs)
      : measured(`${countOf(records, 'record')} at most wait in ${topic}.`, 'said', asOfMs),
  );

const all =
  (...answers: readonly MeasuredAnswer[]): MeasuredAnswer =>
  (flow, seen) =>
    answers.flatMap((answer) => answer(flow, seen));

/** What was read of what runs; truth is not measured. */
export const measuredAnswers: Readonly<Record<SheetQuestion, MeasuredAnswer>> = {
  truth: () => [],
  movement: all(groups, lag),
  replay: replays,
  failure: all(waiting, letters, held),
};
