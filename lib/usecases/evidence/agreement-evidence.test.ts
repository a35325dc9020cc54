import { expect, it } from 'vitest';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import { agreementEvidence } from './agreement-evidence.ts';
import type { EvidenceContext } from './context.ts';

const finding = (
  state: FlowFinding['state'],
  more: Partial<Pick<FlowFinding, 'severity' | 'accepted' | 'what'>> = {},
): FlowFinding => ({
  ...{ code: 'topic_absent', where: 'orders', fix: null, why: 'It matters.' },
  ...{ state, severity: 'wrong', accepted: null, what: `It ${state}.`, ...more },
});
const evidenceOf = (findings: readonly FlowFinding[], flow: { name: string } | null = { name: 'orders' }) =>
  agreementEvidence({ now: new Date(0), flow, findings } as unknown as EvidenceContext);

it('is good where nothing disagrees, and says of how many that is not known', () => {
  expect(evidenceOf([finding('passes'), finding('passes')])).toMatchObject({
    ...{ status: 'good', denominator: 2 },
    sentence: 'Nothing in the declaration of orders disagrees with what runs.',
  });
  expect(evidenceOf([finding('passes'), finding('unknown')])).toMatchObject({
    ...{ status: 'good', value: { wrong: 0, risk: 0, unknown: 1, codes: [] } },
    sentence:
      'Nothing in the declaration of orders disagrees with what runs; 1 of 2 checks could not be made.',
  });
});

it('is good with risks, and with what somebody lives with', () => {
  const accepted = { reason: 'one broker', untilMs: 1 };
  expect(
    evidenceOf([finding('passes'), finding('fails', { severity: 'risk' }), finding('fails', { accepted })]),
  ).toMatchObject({
    ...{ status: 'good', value: { wrong: 0, risk: 1, unknown: 0, codes: ['topic_absent'] } },
    sentence: 'Nothing in the declaration of orders is wrong; 1 risk is named on its page.',
  });
});

it('warns of what is wrong, whatever else could not be read', () => {
  const wrong = ['One.', 'Two.', 'Three.', 'Four.'].map((what) => finding('fails', { what }));
  expect(evidenceOf([...wrong, ...Array.from({ length: 9 }, () => finding('unknown'))])).toMatchObject({
    status: 'warns',
    sentence: 'The declaration of orders does not agree with what runs: One. Two. Three. And 1 more.',
  });
});

it('is unknown where most could not be read, and where nothing is declared', () => {
  expect(evidenceOf([finding('passes'), finding('unknown'), finding('unknown')])).toMatchObject({
    status: 'unknown',
    sentence:
      'Whether the declaration of orders agrees with what runs is not known: 2 of 3 checks could not be made.',
    why: 'It unknown.',
  });
  expect(evidenceOf([], null)).toMatchObject({ status: 'unknown', why: 'No flow declares this topic.' });
});
