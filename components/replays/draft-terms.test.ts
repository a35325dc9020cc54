import { expect, test } from 'vitest';
import type { FlowView } from '#lib/contract/flows.ts';
import { choicesOf, limitsOf, nothingTyped, termsOf } from './draft-terms.ts';

const policy = {
  destinations: ['retry', 'quarantine', 'topic:orders.replayed'],
  approvals: 1,
  requireTicket: true,
  maxRecords: 10_000,
  recordsPerSecond: 500,
  maxDurationMs: 3_600_000,
  canary: { records: 20, settleMs: 10_000, maxCameBackRatio: 0 },
};
const flow: FlowView = {
  name: 'payments',
  cluster: 'main',
  topic: 'orders.v1',
  groups: [{ id: 'payments-service', isolation: null, replaySafe: false }],
  retryTopics: ['orders.v1.payments.retry'],
  deadLetters: 'orders.v1.payments.dlq',
  quarantine: 'orders.v1.payments.quarantine',
  owner: {},
  boundary: {},
  policy,
  objectives: {},
  objective: {
    status: 'none',
    speed: null,
    timeLagMs: null,
    target: 0.99,
    periodMs: 86_400_000,
    compliance: null,
    coverage: 0,
    burn: [],
    deadLetters: { status: 'none', perHour: null, lastHour: null },
    asOf: '2026-05-04T10:00:00.000Z',
  },
  checks: null,
  hash: '0'.repeat(64),
  asOf: '2026-01-01T00:00:00.000Z',
};
const limits = limitsOf(policy);

test('retry comes first; what the policy does not allow stays and says so', () => {
  const choices = choicesOf(flow, 'orders.v1.payments.dlq', limits);
  expect(choices.map((each) => [each.value, each.topic, each.denied === null])).toEqual([
    ['retry:orders.v1.payments.retry', 'orders.v1.payments.retry', true],
    ['origin', 'orders.v1', false],
    ['topic:orders.replayed', 'orders.replayed', true],
    ['quarantine', 'orders.v1.payments.quarantine', true],
  ]);
  expect(choices[1]?.denied).toContain('allows retry, quarantine, topic:orders.replayed, not origin');
});

test('leaving a quarantine: it is no destination of itself', () => {
  const choices = choicesOf(flow, 'orders.v1.payments.quarantine', limits);
  expect(choices.at(-1)?.denied).toBe('They are there already.');
});

test('a topic that no flow declares can only go to a quarantine', () => {
  const choices = choicesOf(null, 'shipments.dlq', limitsOf(null));
  expect(choices.map((each) => each.kind)).toEqual(['quarantine']);
});

test('a request can only tighten', () => {
  const typed = {
    ...nothingTyped,
    maxRecords: '10001',
    recordsPerSecond: '0.5',
    settleSeconds: '5',
    canaryRecords: '2.5',
    maxMinutes: '30',
  };
  const { bounds, canary, errors } = termsOf(typed, limits);
  expect(bounds).toEqual({ recordsPerSecond: 0.5, maxDurationMs: 1_800_000 });
  expect(canary).toEqual({});
  expect(Object.keys(errors).sort()).toEqual(['canaryRecords', 'maxRecords', 'settleSeconds']);
  expect(errors.maxRecords).toContain('at most 10,000');
});

test('nothing typed asks for nothing; zero is allowed only where it means something', () => {
  expect(termsOf(nothingTyped, limits)).toEqual({ bounds: {}, canary: {}, errors: {} });
  expect(termsOf({ ...nothingTyped, cameBackPercent: '0' }, limits).canary).toEqual({ maxCameBackRatio: 0 });
  expect(termsOf({ ...nothingTyped, maxRecords: '0' }, limits).errors.maxRecords).toBe('More than 0.');
  expect(termsOf({ ...nothingTyped, maxRecords: 'x' }, limits).errors.maxRecords).toBe('Not a number.');
});

test('a policy that does not say limits nothing here: the API decides', () => {
  expect(termsOf({ ...nothingTyped, maxRecords: '99999999' }, limitsOf({})).errors).toEqual({});
});
