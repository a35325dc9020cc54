import { authorize } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { approvalsMissing } from '#lib/domain/replays/approvals.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import type { ReplayChange } from '#lib/store/replay-rows.ts';
import { changeReplayState, scopeOf } from './change-replay-state.ts';
import { recheckReplay, voidPlan } from './recheck-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';

/** From here on the worker acts on it. */
export function startChange(replay: Replay, now: Date): ReplayChange {
  if (!replay.plan) throw new SluiceError('wrong_state', `Replay ${replay.id} has no plan.`);
  return {
    state: 'canary',
    stateReason: null,
    startedAt: now,
    run: initialRun(
      replay.plan,
      { canaryRecords: replay.canary.records, recordsPerSecond: replay.bounds.recordsPerSecond },
      now,
    ),
  };
}

/** @throws SluiceError `plan_expired` */
function requireInTime({ id, startBy }: Replay, now: Date): void {
  if (startBy && startBy <= now)
    throw new SluiceError(
      'plan_expired',
      `The approval of replay ${id} was good until ${startBy.toISOString()}. Draft it again.`,
    );
}

/**
 * Starts an approved replay: its requester or an approver, within the time for starting. Everything is checked again.
 * @throws SluiceError `forbidden`, `plan_expired`, `already_started`, `wrong_state`, `policy_changed`, `evidence_worse`; BrokerFailure
 */
export async function startReplay(deps: ReplayDeps, principal: Principal, id: string): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'start',
    permission: 'replay.start',
    action: 'replay.start',
    prepare: async (replay) => {
      if (replay.requesterId !== principal.userId) authorize(principal, 'replay.approve', scopeOf(replay));
      requireInTime(replay, deps.clock());
      return recheckReplay(deps, replay);
    },
    decide: async (replay, stores, prepared, now) => {
      // Looking took its time.
      requireInTime(replay, now);
      if (prepared?.drift) return voidPlan(stores, replay, prepared.drift);
      const missing = approvalsMissing(replay, await stores.replayApprovals.of(id));
      if (missing > 0)
        throw new SluiceError('wrong_state', `${missing} approvals of this seal are still missing.`);
      return { change: startChange(replay, now), detail: { digest: replay.digest } };
    },
  });
}
