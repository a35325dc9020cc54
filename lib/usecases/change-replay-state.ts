import { authorize } from '#lib/auth/authorize.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import type { AuditAction } from '#lib/domain/audit/action.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { pausedTime } from '#lib/domain/replays/paused-time.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { type ReplayVerb, replayCan } from '#lib/domain/replays/replay-can.ts';
import type { Stores } from '#lib/store/database.ts';
import type { ReplayChange } from '#lib/store/replay-rows.ts';
import type { ReplayDeps } from './replay-deps.ts';

/** What a verb does to the replay, and how it stands in the audit log. */
export type Decision = {
  change: ReplayChange;
  detail: Readonly<Record<string, unknown>>;
  action?: AuditAction;
  /** What follows from it at once, as lines of their own. */
  more?: readonly { action: AuditAction; detail: Readonly<Record<string, unknown>> }[];
  /** The decision is made and kept, and the caller is told no all the same (a plan that was voided). */
  refusal?: SluiceError;
};

export type Act<Prepared> = {
  verb: ReplayVerb;
  permission: Permission;
  action: AuditAction;
  /** Slow look-ups (Kafka), outside of the transaction; repeated when what they are of has changed meanwhile. */
  prepare?: (replay: Replay) => Promise<Prepared>;
  /** Whether what was prepared of the first still holds of the second, which is locked; when not given, any change to the row makes it void. */
  stillPrepared?: (before: Replay, locked: Replay) => boolean;
  /** Inside the transaction, with the row locked. Throws to refuse. */
  decide: (replay: Replay, stores: Stores, prepared: Prepared | undefined, now: Date) => Promise<Decision>;
};

const maxTries = 5;
const sameRevision = (before: Replay, locked: Replay) => before.revision === locked.revision;
/** Taking a million records, or letting go of them, is one transaction. */
export const holdsTimeoutMs = 600_000;

/** @throws SluiceError `not_found` */
export async function readReplay(deps: Pick<ReplayDeps, 'database'>, id: string): Promise<Replay> {
  const replay = await deps.database.stores.replays.read(id);
  if (replay) return replay;
  throw new SluiceError('not_found', `There is no replay ${id}.`);
}

export const scopeOf = (replay: Pick<Replay, 'cluster' | 'flow'>) => ({
  cluster: replay.cluster,
  flow: replay.flow,
});

const started = new Set<Replay['state']>(['canary', 'ramping', 'paused', 'completed', 'verifying']);
const decided = new Set<Replay['state']>(['approved', 'rejected', ...started]);

function requireState(verb: ReplayVerb, replay: Replay): void {
  const capability = replayCan[verb](replay);
  if (capability.allowed) return;
  if ((verb === 'start' || verb === 'break-glass') && replay.startedAt !== null)
    throw new SluiceError('already_started', `Replay ${replay.id} is already started. ${capability.reason}`);
  if ((verb === 'approve' || verb === 'reject') && decided.has(replay.state))
    throw new SluiceError('already_decided', `Replay ${replay.id} is already decided. ${capability.reason}`);
  throw new SluiceError('wrong_state', `Can't ${verb} replay ${replay.id}. ${capability.reason}`);
}

/** Permission and state, of the replay as it was read or as it is locked. @throws SluiceError */
function requireActable(
  principal: Principal,
  act: Pick<Act<unknown>, 'verb' | 'permission'>,
  replay: Replay,
): void {
  authorize(principal, act.permission, scopeOf(replay));
  requireState(act.verb, replay);
}

/**
 * One verb on one replay: permission on its cluster and flow, state, decision and audit line in one transaction under the row's lock.
 * What has nothing to prepare goes by the row as it is locked, whoever wrote it meanwhile; else, when somebody was faster, everything is looked
 * at again. @throws SluiceError
 */
export async function changeReplayState<Prepared = undefined>(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  act: Act<Prepared>,
): Promise<Replay> {
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const before = await readReplay(deps, id);
    requireActable(principal, act, before);
    const prepared = await act.prepare?.(before);
    deps.reach('decision_checked');
    const result = await deps.database.transact(
      async (stores) => {
        const replay = await stores.replays.readForUpdate(id);
        if (!replay) return null;
        if (act.prepare && !(act.stillPrepared ?? sameRevision)(before, replay)) return null;
        requireActable(principal, act, replay);
        const now = deps.clock();
        const decision = await act.decide(replay, stores, prepared, now);
        const change = { ...decision.change, ...pausedTime(replay, decision.change.state, now) };
        const changed = await stores.replays.update(id, replay.revision, change, now);
        if (!changed) return null;
        deps.reach('decision_written');
        const lines = [
          { action: decision.action ?? act.action, detail: { state: changed.state, ...decision.detail } },
          ...(decision.more ?? []),
        ];
        for (const line of lines)
          await stores.audit.append({
            actor: principal.name,
            outcome: 'allowed',
            code: null,
            resource: `replay/${id}`,
            ...line,
          });
        deps.reach('decision_audited');
        return { changed, refusal: decision.refusal };
      },
      { timeoutMs: holdsTimeoutMs },
    );
    if (result) deps.reach('decision_committed');
    if (result?.refusal) throw result.refusal;
    if (result) return result.changed;
  }
  throw new SluiceError('conflict', `Replay ${id} keeps changing. Look at it again, then decide.`);
}

/** What is held for a replay goes back: its records become open again, its lineage roots free. */
export async function releaseHolds(stores: Stores, replay: Pick<Replay, 'id'>): Promise<void> {
  await stores.dispositions.release(replay.id);
  await stores.replayReservations.release(replay.id);
}
