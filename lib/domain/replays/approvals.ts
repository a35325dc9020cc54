import { type BreakGlass, standsForApprovals } from './break-glass.ts';
import type { Approval, Replay } from './replay.ts';

/** Distinct people who approved exactly this seal, under the planned policy, in the round that counts now. */
export function standingApprovals(
  replay: Pick<Replay, 'digest' | 'policyVersion' | 'preparedBy' | 'run' | 'plan'>,
  approvals: readonly Approval[],
): readonly Approval[] {
  const round = replay.run?.approvalRound ?? 0;
  // The sealed list too: a row from which a name was taken does not make its owner somebody else.
  const prepared = new Set<string>([...replay.preparedBy, ...(replay.plan?.preparedBy ?? [])]);
  const byPerson = new Map<string, Approval>();
  for (const approval of approvals)
    if (
      approval.decision === 'approve' &&
      approval.digest === replay.digest &&
      approval.policyVersion === replay.policyVersion &&
      approval.round === round &&
      !prepared.has(approval.userId)
    )
      byPerson.set(approval.userId, approval);
  return [...byPerson.values()];
}

/** How many approvals are still wanted, unless somebody broke the glass of this seal; 0 when the replay may be started (or, after a came-back gate, resumed). */
export function approvalsMissing(
  replay: Pick<Replay, 'digest' | 'policyVersion' | 'preparedBy' | 'run' | 'plan'>,
  approvals: readonly Approval[],
  glass: Pick<BreakGlass, 'digest' | 'policyVersion'> | null = null,
): number {
  if (!replay.plan) return Number.POSITIVE_INFINITY;
  if (standsForApprovals(replay, glass)) return 0;
  return Math.max(0, replay.plan.policy.approvalsNeeded - standingApprovals(replay, approvals).length);
}

/**
 * Why approvals and start don't fit the sealed time limits, by the times that stand in the rows; null when they do. Fresh approvals after a
 * came-back gate have no limit: the evidence of the first round is what they go by.
 */
export function outOfTime(
  replay: Pick<
    Replay,
    'digest' | 'policyVersion' | 'preparedBy' | 'run' | 'plan' | 'plannedAt' | 'startedAt'
  >,
  approvals: readonly Approval[],
): string | null {
  const { plan, plannedAt, startedAt, run } = replay;
  if (!plan || plan.policy.approvalsNeeded === 0) return null;
  if (!plannedAt || !startedAt) return 'When it was planned and started is not stored.';
  const first = standingApprovals({ ...replay, run: run && { ...run, approvalRound: 0 } }, approvals);
  const times = first.map((approval) => approval.at.getTime()).sort((a, b) => a - b);
  const inTime = times.filter(
    (at) => at >= plannedAt.getTime() && at <= plannedAt.getTime() + plan.approvalTtlMs,
  );
  const last = inTime[plan.policy.approvalsNeeded - 1];
  if (last === undefined) return 'It was not approved within the time that was sealed.';
  const latest = inTime.at(-1) ?? last;
  return startedAt.getTime() > latest + plan.startTtlMs
    ? 'It was not started within the time that was sealed.'
    : null;
}
