import { authorize } from '#lib/auth/authorize.ts';
import { requireApprovableSignIn } from '#lib/auth/may-approve.ts';
import { explainByOthers } from '#lib/auth/who-can.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { userId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { ReviewVerdict } from '#lib/domain/replays/break-glass.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Database } from '#lib/store/database.ts';
import { readReplay, scopeOf } from './change-replay-state.ts';
import { type ReplayDeps, systemActor } from './replay-deps.ts';

/**
 * What another person says of a replay that was started without approval. It changes nothing of what was sent; it closes the demand on home,
 * also when it comes late. @throws SluiceError `forbidden`, `own_replay`, `cannot_approve_by_token`, `fresh_credentials`, `already_decided`, `wrong_state`
 */
export async function reviewReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  body: { verdict: ReviewVerdict; comment: string },
): Promise<Replay> {
  const replay = await readReplay(deps, id);
  authorize(principal, 'replay.review', scopeOf(replay));
  const glass = await deps.database.stores.breakGlass.of(id);
  if (!glass)
    throw new SluiceError('wrong_state', `Replay ${id} was not started without approval: nothing to review.`);
  const prepared = [glass.userId, ...replay.preparedBy, ...(replay.plan?.preparedBy ?? [])];
  const { users } = deps.database.stores;
  const directory = { users, roles: deps.config.roles };
  const explain = () => explainByOthers(directory, principal, 'replay.review', scopeOf(replay), prepared);
  if (prepared.some((person) => person === principal.userId))
    throw new SluiceError(
      'own_replay',
      `${principal.name} has prepared or started replay ${id}: somebody else has to review it.`,
      { explain: await explain() },
    );
  const demo = deps.environment.demo;
  await requireApprovableSignIn({ users, demo, explain }, principal, deps.clock());
  await deps.database.transact(async (stores) => {
    const at = deps.clock();
    const review = { ...body, userId: userId(principal.userId), by: principal.name, at };
    if (!(await stores.breakGlass.review(id, review)))
      throw new SluiceError('already_decided', `Replay ${id} was reviewed already.`);
    await stores.audit.append({
      actor: principal.name,
      action: 'replay.review',
      outcome: 'allowed',
      code: null,
      resource: `replay/${id}`,
      detail: { ...body, digest: glass.digest, startedBy: glass.by, late: at > glass.reviewBy },
    });
  });
  return readReplay(deps, id);
}

const most = 100;

/** Tells the audit log, once each, of reviews that nobody gave in time. Any worker may call it. @returns the ids of the replays */
export async function noteOverdueReviews(deps: { database: Database; clock: () => Date }): Promise<string[]> {
  const now = deps.clock();
  return deps.database.transact(async (stores) => {
    const overdue = await stores.breakGlass.takeOverdue(now, most);
    for (const glass of overdue)
      await stores.audit.append({
        actor: systemActor,
        action: 'replay.review_overdue',
        outcome: 'allowed',
        code: null,
        resource: `replay/${glass.replayId}`,
        detail: { startedBy: glass.by, reason: glass.reason, reviewBy: glass.reviewBy },
      });
    return overdue.map((glass) => glass.replayId);
  });
}
