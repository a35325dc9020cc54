import type { Approval, Replay } from './replay.ts';

/** Distinct people who approved exactly this seal, under the planned policy, in the round that counts now. */
export function standingApprovals(
  replay: Pick<Replay, 'digest' | 'policyVersion' | 'preparedBy' | 'run'>,
  approvals: readonly Approval[],
): readonly Approval[] {
  const round = replay.run?.approvalRound ?? 0;
  const byPerson = new Map<string, Approval>();
  for (const approval of approvals)
    if (
      approval.decision === 'approve' &&
      approval.digest === replay.digest &&
      approval.policyVersion === replay.policyVersion &&
      approval.round === round &&
      !replay.preparedBy.includes(approval.userId)
    )
      byPerson.set(approval.userId, approval);
  return [...byPerson.values()];
}

/** How many approvals are still wanted; 0 when the replay may be started (or, after a came-back gate, resumed). */
export function approvalsMissing(
  replay: Pick<Replay, 'digest' | 'policyVersion' | 'preparedBy' | 'run' | 'plan'>,
  approvals: readonly Approval[],
): number {
  if (!replay.plan) return Number.POSITIVE_INFINITY;
  return Math.max(0, replay.plan.policy.approvalsNeeded - standingApprovals(replay, approvals).length);
}
