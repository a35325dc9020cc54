import { type BreakGlass, judgeBreakGlass } from '#lib/domain/replays/break-glass.ts';
import type { PolicyVerdict, Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import { governedHere } from './check-policy.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

/**
 * Nobody approved it, so the worker holds it against the limits itself (invariant 1): what was sealed, its own policy file, and how many records
 * the stored manifest really has. @throws Hold
 */
export async function checkBreakGlass(
  deps: Pick<ExecutionDeps, 'flows' | 'defaultPolicy'>,
  stores: Pick<Stores, 'manifestChunks'>,
  replay: Replay,
  { plan, glass, verdict }: { plan: ReplayPlan; glass: BreakGlass; verdict: PolicyVerdict['verdict'] },
): Promise<void> {
  const { flow, policy } = governedHere(deps, replay);
  const outline = await stores.manifestChunks.outline(replay.id);
  const records = outline.reduce((sum, chunk) => sum + chunk.records, 0);
  const now = judgeBreakGlass({
    policy,
    boundary: flow?.boundary ?? null,
    records: Math.max(records, plan.manifest.records),
    evidence: plan.evidence,
    verdict,
  });
  const reasons = [...(plan.breakGlass?.reasons ?? ['its plan does not say that it may']), ...now.reasons];
  if (glass.reason.trim() === '') reasons.push('no reason was given');
  const frozenMs = replay.plannedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const brokenMs = glass.at.getTime();
  if (brokenMs < frozenMs || brokenMs > frozenMs + plan.approvalTtlMs)
    reasons.push('it was not started within the time that was sealed');
  if (reasons.length > 0)
    throw new Hold(`It was started without approval, and may not be: ${[...new Set(reasons)].join('; ')}.`);
}
