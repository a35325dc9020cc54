import type { Boundary } from '../flows/flow.ts';
import type { ReplayPolicy } from '../flows/policy.ts';
import type { Sha256, UserId } from '../kernel/brand.ts';
import type { Evidence } from './evidence.ts';
import type { BreakGlassVerdict, PolicyVerdict, Replay } from './replay.ts';

/** So many records, and no more, may be sent without approval. */
export const breakGlassMost = 50;
/** Within this time somebody else has to look at it. */
export const reviewWithinMs = 24 * 3_600_000;

export const reviewVerdicts = ['accepted', 'objected'] as const;
export type ReviewVerdict = (typeof reviewVerdicts)[number];

/** A replay that one person started without approval, and the review that it demands. */
export type BreakGlass = {
  replayId: string;
  digest: Sha256;
  policyVersion: number;
  userId: UserId;
  by: string;
  reason: string;
  at: Date;
  reviewBy: Date;
  review: { userId: UserId; by: string; verdict: ReviewVerdict; comment: string; at: Date } | null;
};

/**
 * Whether a frozen plan may be started by one person without approval, with every reason why not (ADR 22). What is not known counts as
 * failing: without a flow, or with readers of the destination that nobody declared, what sending causes is not known.
 */
export function judgeBreakGlass(facts: {
  policy: Pick<ReplayPolicy, 'breakGlass'>;
  boundary: Boundary | null;
  records: number;
  evidence: readonly Evidence[];
  verdict: PolicyVerdict['verdict'];
}): BreakGlassVerdict {
  const { policy, boundary, records, evidence, verdict } = facts;
  const reasons: string[] = [];
  if (!boundary) reasons.push('no flow declares this topic, so what a replay causes is not known');
  if (!policy.breakGlass.allowed) reasons.push('the policy does not allow it (policy.breakGlass)');
  if (boundary?.replay === 'never') reasons.push('the flow declares: never replay');
  for (const effect of boundary?.effects ?? [])
    if (effect.external)
      reasons.push(`"${effect.what}" is an effect outside, which always needs an approval`);
  if (records > breakGlassMost)
    reasons.push(
      `it has ${records.toLocaleString('en-US')} records, and at most ${breakGlassMost} may be sent so`,
    );
  if (evidence.find((item) => item.name === 'fanOut')?.status !== 'good')
    reasons.push('it is not known that only the declared groups read the destination');
  if (verdict === 'blocked') reasons.push('its plan is blocked');
  return { allowed: reasons.length === 0, reasons };
}

/** True when the broken glass stands for the approvals of exactly this seal: not for the rest after a came-back gate. */
export const standsForApprovals = (
  replay: Pick<Replay, 'digest' | 'policyVersion' | 'run'>,
  glass: Pick<BreakGlass, 'digest' | 'policyVersion'> | null,
): boolean =>
  glass !== null &&
  glass.digest === replay.digest &&
  glass.policyVersion === replay.policyVersion &&
  (replay.run?.approvalRound ?? 0) === 0;
