import { describe, expect, it } from 'vitest';
import { declaredFlow, demoFlows } from '#fixtures/declared-flows.ts';
import { type CheckCode, checkCodes } from '../../checks/check.ts';
import { known, notKnown } from '../../checks/facts.ts';
import type { FlowFinding } from '../../checks/finding.ts';
import { codesOf } from './answers.ts';
import { boundarySheet } from './boundary-sheet.ts';
import type { Measured } from './measured.ts';
import { type SheetQuestion, type StatementState, sheetQuestions } from './sheet.ts';

const nowMs = Date.parse('2026-11-26T02:41:00Z');
const nothing: Measured = {
  nowMs,
  checked: null,
  groups: new Map(),
  usualLag: notKnown('Its time lag was not measured yet.'),
  compliance: null,
  deadLetters: null,
  quarantine: null,
  waiting: [],
  replays: { days: 30, replays: 0, running: 0, sent: 0, consumedPast: 0, cameBack: 0, failed: 0, unknown: 0 },
};
const finding = (
  code: CheckCode,
  state: FlowFinding['state'],
  more: Partial<FlowFinding> = {},
): FlowFinding => ({
  ...{
    code,
    state,
    severity: 'wrong',
    where: 'x',
    what: `${code} ${state}.`,
    why: 'why',
    fix: null,
    accepted: null,
  },
  ...more,
});
const checked = (...findings: FlowFinding[]): Measured => ({
  ...nothing,
  checked: { asOfMs: nowMs, findings },
});
const flow = declaredFlow('pay', {
  boundary: {
    truth: 'the ledger',
    delivery: 'at-least-once',
    ordering: { key: 'orderId', required: true },
    contract: { subject: 'orders-value' },
    effects: [{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId', probe: null }],
  },
});

const answered = (question: SheetQuestion, seen: Measured | null, of = flow) =>
  boundarySheet(of, seen).answers.find((answer) => answer.question === question)?.statements ?? [];
const about = (
  question: SheetQuestion,
  seen: Measured,
  part: RegExp,
  of = flow,
): StatementState | undefined => answered(question, seen, of).find(({ text }) => part.test(text))?.state;

describe('the boundary sheet', () => {
  it('answers the four questions from the declaration alone, where nothing else is known', () => {
    const sheet = boundarySheet(flow, null);
    expect(sheet.answers.map(({ question }) => question)).toEqual([...sheetQuestions]);
    for (const { statements } of sheet.answers) {
      expect(statements.length).toBeGreaterThan(2);
      expect(new Set(statements.map(({ source }) => source))).toEqual(new Set(['declared']));
    }
    expect(new Set(sheet.guarantees.map(({ state }) => state))).toEqual(new Set(['said']));
  });

  it('says what is not declared as unknown', () => {
    const bare = declaredFlow('bare', { groups: [], deadLetters: null, quarantine: null, retryTopics: [] });
    for (const [question, part] of [
      ['truth', /Where truth lives/],
      ['movement', /Who reads/],
      ['movement', /How often/],
      ['failure', /No dead-letter topic/],
      ['failure', /No quarantine/],
    ] as const)
      expect(about(question, nothing, part, bare), String(part)).toBe('unknown');
  });

  it('takes nothing that was not measured for good', () => {
    for (const question of sheetQuestions)
      expect(answered(question, nothing).map(({ state }) => state)).not.toContain('holds');
    for (const { state, what } of boundarySheet(flow, nothing).guarantees)
      expect([what, state]).toEqual([what, what.startsWith('A record is sent again') ? 'holds' : 'unknown']);
  });

  it('asks every rule for exactly one question', () => {
    expect(Object.values(codesOf).flat().sort()).toEqual([...checkCodes].sort());
  });

  it('tells what was measured with whether it is as promised', () => {
    const seen: Measured = {
      ...nothing,
      groups: new Map([
        [
          'pay-service',
          { status: 'stopped', sentence: 'nobody reads it.', lagRecords: '5', lagMs: 9000, asOfMs: nowMs },
        ],
      ]),
      usualLag: known({ p95Ms: 12_000, minutes: 4000 }),
      compliance: { share: 0.95, target: 0.99 },
      deadLetters: { open: 1240, h1: 48, d1: 900, caughtUp: false, asOfMs: nowMs },
      quarantine: { open: 1, h1: 0, d1: 0, caughtUp: true, asOfMs: nowMs },
      waiting: [{ topic: 'r', records: null, asOfMs: nowMs }],
      replays: { ...nothing.replays, replays: 2, sent: 212, consumedPast: 211, cameBack: 1 },
    };
    const limited = { ...flow, objectives: { ...flow.objectives, deadLettersPerHour: 10 } };
    expect(about('movement', seen, /^pay-service is stopped: nobody reads it\.$/)).toBe('fails');
    expect(
      about('movement', seen, /within 12 s of time lag \(4,000 minutes measured; the objective is 30 s\)/),
    ).toBe('holds');
    expect(about('movement', seen, /met in 95% of what was measured/)).toBe('fails');
    expect(about('failure', seen, /^at least 1,240 dead letters open; at least 48 came in/, limited)).toBe(
      'fails',
    );
    expect(about('failure', seen, /^1 record held in/)).toBe('said');
    expect(about('failure', seen, /What waits in r is not known/)).toBe('unknown');
    expect(
      about('replay', seen, /2 replays within 30 days: 212 records sent, 211 consumed past, 1 came back\./),
    ).toBe('said');
    expect(about('replay', nothing, /No replay of this flow within 30 days/)).toBe('said');
  });

  it('names each finding that did not pass under its question, and counts the rest', () => {
    const accepted = { reason: 'one broker', untilMs: nowMs + 1 };
    const seen = checked(
      finding('topic_absent', 'passes'),
      finding('contract_broken', 'fails'),
      finding('acknowledged_can_be_lost', 'fails', { accepted }),
    );
    expect(
      answered('truth', seen)
        .filter(({ source }) => source === 'checked')
        .map(({ text, state }) => [state, text]),
    ).toEqual([
      ['fails', 'contract_broken fails.'],
      ['accepted', 'acknowledged_can_be_lost fails. Lived with: one broker'],
      ['holds', 'One check of this passed.'],
    ]);
  });

  it('gives each guarantee its mechanism, its end and what bears on it', () => {
    const seen = checked(
      finding('keys_missing', 'fails'),
      finding('partitions_differ', 'passes'),
      finding('group_absent', 'passes'),
      finding('reads_uncommitted', 'unknown'),
      finding('effect_without_key', 'passes', { where: 'charges a card' }),
      finding('effect_without_key', 'fails', { where: 'another effect' }),
    );
    const { guarantees } = boundarySheet(flow, seen);
    for (const { mechanism, ends } of guarantees)
      expect(Math.min(mechanism.length, ends.length)).toBeGreaterThan(10);
    const of = (part: RegExp) => guarantees.find(({ what }) => part.test(what));
    expect(of(/^Records of one orderId/)).toMatchObject({ state: 'fails', because: ['keys_missing fails.'] });
    expect(of(/^Delivery: at-least-once/)).toMatchObject({
      state: 'unknown',
      because: ['reads_uncommitted unknown.'],
    });
    expect(of(/charges a card/)).toMatchObject({ state: 'holds', because: [] });
    expect(of(/^Records fit/)).toMatchObject({ state: 'said' });
  });

  it('never says exactly once about more than its declaration does', async () => {
    for (const each of await demoFlows()) {
      const text = JSON.stringify(boundarySheet(each, nothing));
      expect(/exactly.once/.test(text)).toBe(/exactly.once/.test(each.boundary.delivery ?? ''));
    }
  });
});
