import { describe, expect, it } from 'vitest';
import { sha256Hex, userId } from '../kernel/brand.ts';
import { approvalsMissing, outOfTime } from './approvals.ts';
import type { Approval, Replay } from './replay.ts';

type Row = Parameters<typeof outOfTime>[0];
const digest = sha256Hex('d'.repeat(64));
const at = (ms: number) => new Date(1_700_000_000_000 + ms);
const row = (more: Partial<Row> = {}, needed = 2): Row => ({
  digest,
  policyVersion: 1,
  preparedBy: [userId('ana')],
  run: null,
  plannedAt: at(0),
  startedAt: at(1500),
  plan: {
    policy: { approvalsNeeded: needed },
    approvalTtlMs: 1000,
    startTtlMs: 1000,
    preparedBy: [userId('ana'), userId('eve')],
  } as unknown as NonNullable<Replay['plan']>,
  ...more,
});
const by = (person: string, ms: number, more: Partial<Approval> = {}): Approval => ({
  userId: userId(person),
  by: person,
  decision: 'approve',
  digest,
  policyVersion: 1,
  round: 0,
  comment: null,
  at: at(ms),
  ...more,
});

describe('the quorum', () => {
  it('counts distinct people, none of whom prepared it, also when the row forgets one that the seal names', () => {
    expect(approvalsMissing(row(), [by('ben', 1), by('ben', 2)])).toBe(1);
    expect(approvalsMissing(row(), [by('ben', 1), by('ana', 2)])).toBe(1);
    expect(approvalsMissing(row(), [by('ben', 1), by('eve', 2)])).toBe(1);
    expect(approvalsMissing(row(), [by('ben', 1), by('cleo', 2)])).toBe(0);
  });

  it('counts nothing of another seal, another policy, another round, and no rejection', () => {
    for (const more of [
      { digest: sha256Hex('e'.repeat(64)) },
      { policyVersion: 2 },
      { round: 1 },
      { decision: 'reject' as const },
    ])
      expect(approvalsMissing(row(), [by('ben', 1), by('cleo', 2, more)])).toBe(1);
  });
});

describe('the time limits that were sealed', () => {
  it('hold for approvals within theirs and a start within its own', () => {
    expect(outOfTime(row(), [by('ben', 300), by('cleo', 900)])).toBeNull();
  });

  it('fail when too few approved in time', () => {
    expect(outOfTime(row(), [by('ben', 300), by('cleo', 1001)])).toContain('not approved within');
    expect(outOfTime(row(), [by('ben', -1), by('cleo', 900)])).toContain('not approved within');
  });

  it('fail when it was started too late after the last one', () => {
    expect(outOfTime(row({ startedAt: at(1901) }), [by('ben', 300), by('cleo', 900)])).toContain(
      'not started within',
    );
  });

  it('ask nothing where nobody has to approve', () => {
    expect(outOfTime(row({ plannedAt: null }, 0), [])).toBeNull();
    expect(outOfTime(row({ plannedAt: null }), [by('ben', 1), by('cleo', 1)])).not.toBeNull();
  });
});
