import { expect, test } from 'vitest';
import type { ReplayView } from '#lib/contract/replays.ts';
import { actionsNow, verbText } from './verbs.ts';

const digest = 'a'.repeat(64);
const replay = (more: Record<string, unknown>): ReplayView =>
  ({
    state: 'awaiting_approval',
    requester: 'ana',
    autoStart: false,
    digest,
    canary: { records: 20, settleMs: 0, maxCameBackRatio: 0 },
    manifest: { records: 212 },
    policy: { approvalsNeeded: 1 },
    progress: { remaining: 172 },
    approvals: [],
    actions: [],
    ...more,
  }) as unknown as ReplayView;
const all = (allowed: readonly string[]) =>
  ['approve', 'reject', 'withdraw', 'resume', 'abort', 'pause'].map((action) => ({
    action,
    allowed: allowed.includes(action),
    reason: allowed.includes(action) ? null : 'Not in this state.',
  }));

test('the approve button says what happens', () => {
  expect(verbText(replay({}), 'approve')).toBe('Approve; ana starts');
  expect(verbText(replay({ autoStart: true }), 'approve')).toBe('Approve and send the first 20');
  expect(verbText(replay({ autoStart: true, manifest: { records: 7 } }), 'approve')).toBe(
    'Approve and send the first 7',
  );
  expect(verbText(replay({ policy: { approvalsNeeded: 2 } }), 'approve')).toBe('Approve; 1 of 2');
  expect(verbText(replay({ state: 'paused' }), 'approve')).toBe('Approve the other 172');
});

test('actions of the moment: denied ones stay, a fresh approval only where it is wanted', () => {
  const verbs = (view: ReplayView) => actionsNow(view).map((action) => `${action.verb} ${action.allowed}`);
  expect(verbs(replay({ actions: all(['withdraw']) }))).toEqual([
    'approve false',
    'reject false',
    'withdraw true',
  ]);
  expect(verbs(replay({ state: 'paused', actions: all(['resume', 'abort']) }))).toEqual([
    'resume true',
    'abort true',
  ]);
  expect(verbs(replay({ state: 'paused', actions: all(['approve', 'abort']) }))).toEqual([
    'resume false',
    'approve true',
    'abort true',
  ]);
});
