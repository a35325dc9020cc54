import { requireApprovableSignIn } from '#lib/auth/may-approve.ts';
import { explainByOthers } from '#lib/auth/who-can.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { userId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { judgeBreakGlass, reviewWithinMs } from '#lib/domain/replays/break-glass.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { authorizeReceivers } from './authorize-receivers.ts';
import { changeReplayState, scopeOf } from './change-replay-state.ts';
import { governanceOfReplay } from './plan/situation.ts';
import { recheckReplay, voidPlan } from './recheck-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { startChange } from './start-replay.ts';
import { requireUnexpired } from './submit-replay.ts';

/** Sealed and judged again now: a flow that has come to forbid it does. @throws SluiceError `plan_blocked` */
function requireAllowed(deps: ReplayDeps, replay: Replay, evidence: readonly Evidence[]): void {
  const { plan } = replay;
  const { flow, policy } = governanceOfReplay(deps, replay);
  const now = plan && {
    policy,
    boundary: flow?.boundary ?? null,
    records: plan.manifest.records,
    evidence,
    verdict: plan.policy.verdict,
  };
  const reasons = [
    ...(plan?.breakGlass?.reasons ?? ['it was planned before this was known']),
    ...(now ? judgeBreakGlass(now).reasons : []),
  ];
  if (reasons.length > 0)
    throw new SluiceError(
      'plan_blocked',
      `Replay ${replay.id} can't be started without approval: ${[...new Set(reasons)].join('; ')}. Submit it for approval instead.`,
    );
}

/**
 * Starts exactly the named seal at once, without approval, where the flow's policy allows it: at most 50 records, no effect outside, a reason.
 * Somebody else has to review it within 24 hours. Everything that an approval checks is checked, the deny rules too.
 * @throws SluiceError `forbidden`, `plan_blocked`, `cannot_approve_by_token`, `fresh_credentials`, `digest_mismatch`, `policy_changed`,
 * `plan_expired`, `evidence_worse`, `already_started`, `wrong_state`; BrokerFailure
 */
export async function breakGlass(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  body: { digest: string; policyVersion: number; reason: string },
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'break-glass',
    permission: 'replay.break_glass',
    action: 'replay.break_glass',
    prepare: async (replay) => {
      const now = deps.clock();
      authorizeReceivers(deps, principal, 'replay.break_glass', replay);
      const { users } = deps.database.stores;
      const explain = () =>
        explainByOthers(
          { users, roles: deps.config.roles },
          principal,
          'replay.break_glass',
          scopeOf(replay),
        );
      await requireApprovableSignIn({ users, demo: deps.environment.demo, explain }, principal, now);
      if (body.digest !== replay.digest || body.policyVersion !== replay.policyVersion)
        throw new SluiceError(
          'digest_mismatch',
          `The seal of replay ${id} is ${replay.digest} under policy version ${replay.policyVersion}. Look at the plan again before you start it.`,
        );
      requireUnexpired(replay, now);
      const { drift, evidence } = await recheckReplay(deps, replay);
      if (!drift) requireAllowed(deps, replay, evidence);
      return { drift };
    },
    decide: async (replay, stores, prepared, now) => {
      // Looking took its time.
      requireUnexpired(replay, now);
      if (prepared?.drift) return voidPlan(stores, replay, prepared.drift);
      if (!replay.digest || replay.policyVersion === null)
        throw new SluiceError('wrong_state', `Replay ${id} has no seal.`);
      const person = userId(principal.userId);
      const reviewBy = new Date(now.getTime() + reviewWithinMs);
      const { digest, policyVersion } = replay;
      const { reason } = body;
      const glass = {
        replayId: id,
        digest,
        policyVersion,
        userId: person,
        by: principal.name,
        reason,
        at: now,
      };
      if (!(await stores.breakGlass.add({ ...glass, reviewBy })))
        throw new SluiceError('wrong_state', `The glass of replay ${id} was broken before.`);
      return {
        change: {
          ...startChange(replay, now),
          preparedBy: replay.preparedBy.includes(person) ? replay.preparedBy : [...replay.preparedBy, person],
        },
        detail: {
          reason,
          digest,
          records: replay.plan?.manifest.records ?? null,
          destination: replay.destination.topic,
          approvalsNeeded: replay.plan?.policy.approvalsNeeded ?? null,
          reviewBy,
        },
        more: [{ action: 'replay.start', detail: { digest, breakGlass: true } }],
      };
    },
  });
}
