import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Boundary } from '../flows/flow.ts';
import { sha256Hex } from '../kernel/brand.ts';
import { judgeBreakGlass, standsForApprovals } from './break-glass.ts';
import type { Evidence } from './evidence.ts';
import type { ReplayRun } from './run.ts';

const boundary: Boundary = {
  ...plainBoundary,
  effects: [{ what: 'reserves stock', external: false, idempotencyKey: null, probe: null }],
  replay: 'safe',
};
const fanOut = (status: Evidence['status']): Evidence[] => [
  { name: 'fanOut', status, sentence: '', why: null, value: null, denominator: null, at: '' },
];
type Facts = Parameters<typeof judgeBreakGlass>[0];
const judge = (more: Partial<Facts> = {}) =>
  judgeBreakGlass({
    policy: { breakGlass: { allowed: true } },
    boundary,
    records: 50,
    evidence: fanOut('good'),
    verdict: 'allowed',
    ...more,
  });

describe('judgeBreakGlass', () => {
  it('allows 50 records without effect outside where the policy does', () => {
    expect(judge()).toEqual({ allowed: true, reasons: [] });
  });

  it.each<[string, Partial<Facts>]>([
    ['a policy that does not', { policy: { breakGlass: { allowed: false } } }],
    ['51 records', { records: 51 }],
    ['a topic without a flow', { boundary: null }],
    ['never', { boundary: { ...boundary, replay: 'never' } }],
    [
      'an effect outside, with its key',
      {
        boundary: {
          ...boundary,
          effects: [{ what: 'mails', external: true, idempotencyKey: 'header:id', probe: null }],
        },
      },
    ],
    ['other readers', { evidence: fanOut('warns') }],
    ['readers that are not known', { evidence: [] }],
    ['a plan that is blocked', { verdict: 'blocked' }],
  ])('refuses %s, saying why', (_, more) => {
    const { allowed, reasons } = judge(more);
    expect(allowed).toBe(false);
    expect(reasons).toHaveLength(1);
  });
});

describe('standsForApprovals', () => {
  const digest = sha256Hex('d'.repeat(64));
  const replay = { digest, policyVersion: 2, run: null };
  const glass = { digest, policyVersion: 2 };
  it('for exactly this seal under this policy, and not for the rest after a came-back gate', () => {
    expect(standsForApprovals(replay, glass)).toBe(true);
    expect(standsForApprovals(replay, null)).toBe(false);
    expect(standsForApprovals(replay, { ...glass, digest: sha256Hex('e'.repeat(64)) })).toBe(false);
    expect(standsForApprovals(replay, { ...glass, policyVersion: 1 })).toBe(false);
    const second = { approvalRound: 1 } as ReplayRun;
    expect(standsForApprovals({ ...replay, run: second }, glass)).toBe(false);
  });
});
