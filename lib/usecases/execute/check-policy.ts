import { flowUnderReceivers } from '#lib/domain/flows/receivers.ts';
import { flowOf } from '#lib/domain/flows/resolve.ts';
import { evaluatePolicy } from '#lib/domain/replays/policy.ts';
import type { PolicyVerdict, Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

/** The flow and the policy of a replay by this worker's own file, with the boundary of everybody who receives what is sent. */
export function governedHere(
  deps: Pick<ExecutionDeps, 'flows' | 'defaultPolicy'>,
  { cluster, source, destination: { kind, topic } }: Pick<Replay, 'cluster' | 'source' | 'destination'>,
) {
  const flow = flowOf(deps.flows, cluster, source.topic)?.flow ?? null;
  return {
    flow: flowUnderReceivers(flow, deps.flows, { cluster, kind, topic }),
    policy: flow?.policy ?? deps.defaultPolicy,
  };
}

/**
 * The deny rules, run again by the worker itself over the sealed evidence under its own policy file: it does not take the stored verdict's word.
 * @returns its own verdict @throws Hold when it denies, or asks for more people than were asked
 */
export function checkPolicy(
  deps: Pick<ExecutionDeps, 'flows' | 'defaultPolicy'>,
  replay: Replay,
  plan: ReplayPlan,
): PolicyVerdict {
  const { flow, policy } = governedHere(deps, replay);
  const verdict = evaluatePolicy({
    policy,
    boundary: flow?.boundary ?? null,
    version: plan.policy.version,
    hash: plan.policy.hash,
    destination: replay.destination.kind,
    ticket: replay.ticket,
    manifest: { ...plan.manifest, partitions: plan.manifest.partitions.length },
    evidence: plan.evidence,
  });
  const denied = verdict.rules.filter((rule) => rule.effect === 'deny').map((rule) => rule.reason);
  if (denied.length > 0) throw new Hold(`The policy denies this replay: ${denied.join('; ')}`);
  if (verdict.approvalsNeeded > plan.policy.approvalsNeeded)
    throw new Hold(
      `The policy asks for ${verdict.approvalsNeeded} approvals, and only ${plan.policy.approvalsNeeded} were asked for: nothing is sent.`,
    );
  return verdict;
}
