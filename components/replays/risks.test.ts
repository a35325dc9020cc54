import { expect, test } from 'vitest';
import type { ReplayView } from '#lib/contract/replays.ts';
import { risksOf } from './risks.ts';

const item = (name: string, status: ReplayView['evidence'][number]['status']) => ({
  name,
  status,
  sentence: `about ${name}`,
  why: null,
  value: null,
  denominator: null,
  at: '2026-01-01T00:00:00.000Z',
});

test('evidence is grouped by status, and a denying rule blocks unless it repeats evidence', () => {
  const risks = risksOf({
    evidenceNow: null,
    evidence: [item('stillFailing', 'blocks'), item('ordering', 'warns'), item('fanOut', 'good')],
    policy: {
      version: 1,
      hash: '0'.repeat(64),
      verdict: 'blocked',
      approvalsNeeded: 1,
      rules: [
        { rule: 'evidence.stillFailing', effect: 'deny', reason: 'about stillFailing' },
        { rule: 'requireTicket', effect: 'deny', reason: 'the policy asks for a ticket' },
        { rule: 'approvals', effect: 'require', reason: '1 approval' },
      ],
    },
  });
  expect(risks.blocks.map((risk) => risk.sentence)).toEqual([
    'about stillFailing',
    'the policy asks for a ticket',
  ]);
  expect(risks.warns).toHaveLength(1);
  expect(risks.unknown).toEqual([]);
  expect(risks.good).toHaveLength(1);
});

test('records that break the contract stand with the evidence, and what is no such list is none', () => {
  const failing = [
    { partition: 0, offset: '12', path: '/currency', expected: 'a string', found: 'no such field' },
    { partition: 1, offset: '9007199254740993', path: '', expected: null, found: null },
    { partition: 'x', offset: 4 },
  ];
  const risks = (value: unknown) =>
    risksOf({ evidence: [{ ...item('decodable', 'warns'), value }], policy: null, evidenceNow: null })
      .warns[0]?.failing;
  expect(risks({ failing })).toEqual([
    { partition: 0, offset: '12', words: '/currency: expected a string, found no such field' },
    { partition: 1, offset: '9007199254740993', words: 'the value' },
  ]);
  for (const other of [null, 'x', { failing: null }, { failing: [null] }]) expect(risks(other)).toEqual([]);
});

test('an answer that is another one now stands beside the frozen one; one that is the same does not', () => {
  const risks = risksOf({
    policy: null,
    evidence: [item('targetGroup', 'good'), item('fanOut', 'good')],
    evidenceNow: {
      asOf: '2026-01-01T00:05:00.000Z',
      why: null,
      items: [
        { ...item('targetGroup', 'blocks'), sentence: 'it is stopped', change: 'worse' },
        { ...item('fanOut', 'good'), change: 'same' },
      ],
    },
  });
  expect(risks.good.map(({ key, now }) => [key, now?.change ?? null, now?.sentence ?? null])).toEqual([
    ['targetGroup', 'worse', 'it is stopped'],
    ['fanOut', null, null],
  ]);
  expect(risks.blocks).toEqual([]);
});
