import { requireApprovableSignIn } from '#lib/auth/may-approve.ts';
import { explainByOthers } from '#lib/auth/who-can.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import { userId } from '#lib/domain/kernel/brand.ts';
import { type Explanation, SluiceError } from '#lib/domain/kernel/errors.ts';
import { approvalsMissing } from '#lib/domain/replays/approvals.ts';
import type { Approval, Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import type { UserStore } from '#lib/store/users.ts';
import { authorizeReceivers } from './authorize-receivers.ts';
import { changeReplayState, type Decision, releaseHolds, scopeOf } from './change-replay-state.ts';
import { recheckReplay, voidPlan } from './recheck-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { startChange } from './start-replay.ts';
import { requireUnexpired } from './submit-replay.ts';

/** @throws SluiceError `own_replay` */
async function requireOtherPerson(
  replay: Replay,
  principal: Principal,
  explanation: () => Promise<Explanation>,
): Promise<void> {
  if (!replay.preparedBy.some((person) => person === principal.userId)) return;
  throw new SluiceError(
    'own_replay',
    `${principal.name} has prepared replay ${replay.id} (drafted, edited, planned or submitted it): somebody else has to decide.`,
    { explain: await explanation() },
  );
}

/** Who could decide on it instead, by name as far as known: none of those who prepared it. */
const othersWho =
  (deps: ReplayDeps, principal: Principal, replay: Replay, permission: Permission, users: UserStore) => () =>
    explainByOthers(
      { users, roles: deps.config.roles },
      principal,
      permission,
      scopeOf(replay),
      replay.preparedBy,
    );

/** @throws SluiceError `already_decided` */
async function record(
  stores: Stores,
  replay: Replay,
  principal: Principal,
  decision: Pick<Approval, 'decision' | 'comment' | 'at'>,
): Promise<void> {
  if (!replay.digest || replay.policyVersion === null)
    throw new SluiceError('wrong_state', `Replay ${replay.id} has no seal.`);
  const added = await stores.replayApprovals.add(replay.id, {
    userId: userId(principal.userId),
    by: principal.name,
    digest: replay.digest,
    policyVersion: replay.policyVersion,
    round: replay.run?.approvalRound ?? 0,
    ...decision,
  });
  if (!added)
    throw new SluiceError(
      'already_decided',
      `${principal.name} has already decided on this seal of ${replay.id}.`,
    );
}

/** What the approval that was just recorded leads to. */
async function afterApproval(stores: Stores, replay: Replay, now: Date): Promise<Decision> {
  const missing = approvalsMissing(replay, await stores.replayApprovals.of(replay.id));
  const detail = { digest: replay.digest, policyVersion: replay.policyVersion, missing };
  // After a came-back gate the replay stays paused: resuming is a decision of its own.
  if (missing > 0 || replay.state === 'paused') return { change: {}, detail };
  const approved = { approvedAt: now, startBy: new Date(now.getTime() + (replay.plan?.startTtlMs ?? 0)) };
  if (!replay.autoStart) return { change: { ...approved, state: 'approved' }, detail };
  return {
    change: { ...approved, ...startChange(replay, now) },
    detail,
    more: [{ action: 'replay.start', detail: { digest: replay.digest, autoStart: true } }],
  };
}

/** Another approval writes the row, too, and asks for nothing to be looked at anew: what is decided on is the same. */
const sameQuestion = (before: Replay, locked: Replay): boolean =>
  before.digest === locked.digest &&
  before.policyVersion === locked.policyVersion &&
  before.state === locked.state &&
  before.run?.approvalRound === locked.run?.approvalRound &&
  before.preparedBy.length === locked.preparedBy.length;

/**
 * Approves exactly the named seal under the named policy version. The deny rules and the target run again; what got worse voids the
 * plan. With autoStart the last approval starts it.
 * @throws SluiceError `forbidden`, `own_replay`, `cannot_approve_by_token`, `fresh_credentials`, `digest_mismatch`, `policy_changed`,
 * `plan_expired`, `evidence_worse`, `already_decided`, `wrong_state`; BrokerFailure
 */
export async function approveReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  body: { digest: string; policyVersion: number; comment?: string | undefined },
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'approve',
    permission: 'replay.approve',
    action: 'replay.approve',
    prepare: async (replay) => {
      const now = deps.clock();
      authorizeReceivers(deps, principal, 'replay.approve', replay);
      const { users } = deps.database.stores;
      const explain = othersWho(deps, principal, replay, 'replay.approve', users);
      await requireOtherPerson(replay, principal, explain);
      await requireApprovableSignIn({ users, demo: deps.environment.demo, explain }, principal, now);
      if (body.digest !== replay.digest)
        throw new SluiceError(
          'digest_mismatch',
          `The seal of replay ${id} is ${replay.digest}, not ${body.digest}. Look at the plan again before you approve it.`,
        );
      if (body.policyVersion !== replay.policyVersion)
        throw new SluiceError(
          'policy_changed',
          `The plan was frozen under policy version ${replay.policyVersion}, not ${body.policyVersion}.`,
        );
      if (replay.state !== 'paused') requireUnexpired(replay, now);
      return recheckReplay(deps, replay);
    },
    stillPrepared: sameQuestion,
    decide: async (replay, stores, prepared, now) => {
      // Looking took its time.
      if (replay.state !== 'paused') requireUnexpired(replay, now);
      if (prepared?.drift) {
        if (replay.state === 'paused') throw prepared.drift;
        return voidPlan(stores, replay, prepared.drift);
      }
      await record(stores, replay, principal, {
        decision: 'approve',
        comment: body.comment ?? null,
        at: now,
      });
      const next = await afterApproval(stores, replay, now);
      return { ...next, detail: { ...next.detail, comment: body.comment ?? null } };
    },
  });
}

/** Ends it unsent; its records are open again. @throws SluiceError `forbidden`, `own_replay`, `already_decided`, `wrong_state` */
export async function rejectReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  body: { comment: string },
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'reject',
    permission: 'replay.reject',
    action: 'replay.reject',
    decide: async (replay, stores, _prepared, now) => {
      const others = othersWho(deps, principal, replay, 'replay.reject', stores.users);
      await requireOtherPerson(replay, principal, others);
      await record(stores, replay, principal, { decision: 'reject', comment: body.comment, at: now });
      await releaseHolds(stores, replay);
      return {
        change: { state: 'rejected', stateReason: body.comment, finishedAt: now },
        detail: { digest: replay.digest, comment: body.comment },
      };
    },
  });
}
