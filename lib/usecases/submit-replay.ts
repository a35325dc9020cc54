import type { Principal } from '#lib/domain/access/roles.ts';
import { userId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { replayCan } from '#lib/domain/replays/replay-can.ts';
import { earlierFormatSentence, sealStanding } from '#lib/domain/replays/seal.ts';
import { changeReplayState } from './change-replay-state.ts';
import { currentPolicy } from './current-policy.ts';
import { voidPlan } from './recheck-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';

/** @throws SluiceError `plan_expired` once the time for approving is over, with what can be done about it in its state */
export function requireUnexpired(
  replay: Pick<Replay, 'id' | 'expiresAt' | 'state' | 'run'>,
  now: Date,
): void {
  if (replay.expiresAt && replay.expiresAt <= now)
    throw new SluiceError(
      'plan_expired',
      `The plan of replay ${replay.id} expired at ${replay.expiresAt.toISOString()}: its evidence is too old. ${replayCan.plan(replay).allowed ? 'Plan again, or draft a new one.' : 'Withdraw it and draft a new one.'}`,
    );
}

/**
 * Asks for approval of exactly the seal that is planned.
 * @throws SluiceError `forbidden`, `wrong_state`, `plan_expired`, `policy_changed` (the plan is then void)
 */
export async function submitReplay(deps: ReplayDeps, principal: Principal, id: string): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'submit',
    permission: 'replay.submit',
    action: 'replay.submit',
    prepare: () => currentPolicy(deps),
    decide: async (replay, stores, policy, now) => {
      requireUnexpired(replay, now);
      if (policy?.hash !== replay.policyHash)
        return voidPlan(
          stores,
          replay,
          new SluiceError('policy_changed', 'The policy has changed since the plan was frozen. Plan again.'),
        );
      if (sealStanding(replay) === 'earlier_format')
        return voidPlan(
          stores,
          replay,
          new SluiceError('plan_expired', `${earlierFormatSentence}. Plan it again.`),
        );
      const person = userId(principal.userId);
      return {
        change: {
          state: 'awaiting_approval',
          stateReason: null,
          submittedAt: now,
          preparedBy: replay.preparedBy.includes(person) ? replay.preparedBy : [...replay.preparedBy, person],
        },
        detail: { digest: replay.digest, approvalsNeeded: replay.plan?.policy.approvalsNeeded ?? null },
      };
    },
  });
}
