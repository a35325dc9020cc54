import { expect, test } from 'vitest';
import type { ReplayView } from '#lib/contract/replays.ts';
import { lifeOf } from './life.ts';

const digest = 'a'.repeat(64);
const step = (name: string, state: ReplayView['steps'][number]['state']) => ({
  name,
  state,
  recordsPerSecond: 2,
  records: name === 'first batch' ? 20 : null,
  startedAt: null,
  finishedAt: null,
});
const replay = (state: ReplayView['state'], more: Partial<ReplayView> = {}) => ({
  state,
  steps: [],
  policy: { version: 1, hash: digest, verdict: 'allowed' as const, rules: [], approvalsNeeded: 2 },
  approvals: [],
  digest,
  startedAt: null,
  ...more,
});
const states = (...of: Parameters<typeof lifeOf>) => lifeOf(...of).map((each) => each.state);

test('before the start: what is done, where it stands, what waits', () => {
  expect(states(replay('draft', { digest: null, policy: null }))).toEqual(['running', 'waiting', 'waiting']);
  expect(states(replay('blocked'))).toEqual(['passed', 'failed', 'waiting']);
  expect(states(replay('planned'))).toEqual(['passed', 'passed', 'waiting']);
  expect(states(replay('awaiting_approval'))).toEqual(['passed', 'passed', 'running']);
  expect(states(replay('rejected'))).toEqual(['passed', 'passed', 'failed']);
  expect(states(replay('withdrawn', { digest: null }))).toEqual(['passed', 'failed', 'waiting']);
});

test('running: the steps follow, and only approvals of this seal by distinct people count', () => {
  const one = (by: string, of = digest) => ({
    by,
    decision: 'approve' as const,
    digest: of,
    at: '2026-01-01T00:00:00.000Z',
    comment: null,
  });
  const life = lifeOf(
    replay('ramping', {
      steps: [step('first batch', 'passed'), step('1%', 'running'), step('verification', 'waiting')],
      approvals: [one('ben'), one('ben'), one('cleo', 'b'.repeat(64))],
    }),
  );
  expect(life.map((each) => `${each.name}: ${each.state}`)).toEqual([
    'draft: passed',
    'plan: passed',
    'approval: passed',
    'first batch: passed',
    '1%: running',
    'verification: waiting',
  ]);
  expect(life.map((each) => each.note)).toEqual([null, null, '1 of 2', '20 records', '2/s', null]);
});
