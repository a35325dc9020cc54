import { describe, expect, it } from 'vitest';
import { incident } from '#fixtures/incident.ts';
import { night, nightEntries } from '#fixtures/incident-night.ts';
import { type IncidentDetail, incidentDetail as wire } from '#lib/contract/incidents.ts';
import { incidentDocument } from '#lib/domain/incidents/document.ts';
import { incidentMarkdown } from '#lib/domain/incidents/markdown.ts';
import { incidentDetail } from './incident-view.ts';

const document = incidentDocument(incident, nightEntries, night, {
  ...{ kept: false, part: { from: null, to: null } },
});
const markdown = incidentMarkdown(document, 'https://sluice.example');
const json: IncidentDetail = wire.parse(JSON.parse(JSON.stringify(incidentDetail(document))));

/** The text below a heading, as a reader has it, escapes taken away. */
const section = (title: string): string => {
  const [, text = ''] = markdown.split(`\n## ${title}\n`);
  return (text.split('\n## ')[0] ?? '').replaceAll(/\\(?=[\p{P}\p{S}])/gu, '');
};
const inJson = (part: IncidentDetail['handover'][number]['part']): string =>
  json.handover.find((each) => each.part === part)?.sentences.join('\n') ?? '';

/** Each question of the issue, and what somebody who was not there has to be able to say. */
const questions: readonly [string, IncidentDetail['handover'][number]['part'], string, readonly RegExp[]][] =
  [
    [
      'what happened',
      'happened',
      'What happened',
      [
        /payments-service was at most 18,204 records behind at 2026-05-04 02:50:00 UTC, and at most 9 minutes late/,
        /253 dead letters arrived in orders\.dlq, of 2 failure groups, 1 of them new/,
        /241 dead letters of the failure group f-down \(ProviderDown: 503\)/,
        /1 alert fired: payments burns its budget/,
        /payments 1\.2\.3 at 2026-05-04 02:30:00 UTC/,
      ],
    ],
    [
      'since when',
      'since',
      'Since when',
      [/Opened by ana at 2026-05-04 02:50:00 UTC/, /The first sign in it: 2026-05-04 02:41:00 UTC/],
    ],
    [
      'who decided what on which evidence',
      'decided',
      'What was decided, by whom, on which evidence',
      [
        /Replay r-1: ana asked at 2026-05-04 02:52:00 UTC to send 212 records of orders\.dlq to orders\.retry, because “Provider back since 02:49” \(INC-204\)/,
        /Its seal is (9f2c){16}, under policy version 3\. ben approved this seal at 2026-05-04 02:55:00 UTC/,
        /Evidence for r-1 when it was frozen: 1 good, 1 warning and 1 unknown/,
        /Evidence for r-1, warning: 14 keys have newer records/,
        /cleo started it alone, without approval, at 2026-05-04 03:13:00 UTC: “nobody awake”\. Nobody has reviewed that yet/,
        /ana dismissed 12 dead letters of orders\.dlq at 2026-05-04 03:00:00 UTC, because “cards that expired”/,
        /2 notes by people stand in the timeline/,
      ],
    ],
    [
      'how many records',
      'records',
      'How many records',
      [
        /In: 253 dead letters arrived/,
        /Out: 200 records replayed by 1 replay, 12 dead letters dismissed/,
        /Replay r-1, of 212 records: 200 replayed and 12 skipped\. 199 records were consumed past/,
        /Replay r-3 froze 37 records; none of them was sent yet/,
      ],
    ],
    [
      'what came back',
      'cameBack',
      'What came back',
      [/From replay r-1 1 record of 200 came back\. Drafted for them: r-2/],
    ],
    [
      'what is still open',
      'open',
      'What is still open',
      [
        /28 dead letters of orders\.dlq are open/,
        /Replay r-3 is approved/,
        /The start of replay r-3 without approval is not reviewed/,
        /payments-service is lagging, 310 records behind/,
        /An alert fires since 2026-05-04 02:43:00 UTC: payments burns its budget/,
        /The incident itself is open/,
      ],
    ],
    ['what is not known', 'unknown', 'What is not known', [/arrived in mails\.dlq took too long to count/]],
  ];

describe('an export answers those who were not there', () => {
  it.each(questions)('%s', (_, part, title, answers) => {
    for (const answer of answers) {
      expect(section(title)).toMatch(answer);
      expect(inJson(part)).toMatch(answer);
    }
  });

  it('asks no more questions than it answers', () =>
    expect(json.handover.map(({ title }) => title)).toEqual(questions.map(([, , title]) => title)));

  it('tells it in order, by whom, each at its time, in both forms', () => {
    const story = [
      '02:30:00 UTC · marker · ben payments 1.2.3',
      '02:40:30 UTC · group · payments-service: now stopped, before ok',
      '02:41:00 UTC · failure · failure group first seen in orders.dlq',
      '02:43:00 UTC · alert · alert fired: payments burns its budget',
      '02:50:00 UTC · incident · ana opened the incident: Payments fail',
      '02:51:00 UTC · note · ana noted: The provider answers 503 since 02:40.',
      '02:53:30 UTC · note · ben noted: It says that it is back.',
      '02:55:00 UTC · replay · ben replay r-1: approved',
    ];
    const lines = section('Timeline')
      .split('\n')
      .filter((each) => each.startsWith('- '));
    expect(lines).toEqual(story.map((each) => `- 2026-05-04 ${each}`));
    expect(json.timeline.map(({ at, kind, actor }) => [at.slice(11, 19), kind, actor])).toEqual(
      story.map((each) => {
        const [time = '', kind = '', text = ''] = each.split(' · ');
        const [who = ''] = text.split(' ');
        return [time.slice(0, 8), kind, ['ana', 'ben'].includes(who) ? who : null];
      }),
    );
  });

  it('has the facts behind the words, for programs', () => {
    expect(
      json.replays.map(({ id, progress, approvals }) => [id, progress.cameBack, approvals.length]),
    ).toEqual([
      ['r-1', 1, 1],
      ['r-3', 0, 0],
    ]);
    expect(json.topics[0]).toMatchObject({ arrived: 253, open: 28 });
    expect(json.letterDecisions[0]).toMatchObject({ by: 'ana', records: 12 });
  });
});
