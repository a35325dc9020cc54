import type { AuditEntry } from '#lib/domain/audit/line.ts';
import { pausedTime } from '#lib/domain/replays/paused-time.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import type { Stores } from '#lib/store/database.ts';
import type { ReplayChange } from '#lib/store/replay-rows.ts';
import { holdsTimeoutMs } from '../change-replay-state.ts';
import { letGo } from '../draft-quarantine.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import { type Hold, StateChanged } from './interruption.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';

type Audited = Pick<AuditEntry, 'action' | 'detail'>;

/**
 * The executor's own change of a replay: under its lease, only from the state it knew, with its audit line, all in one transaction.
 * @throws LeaseLost, StateChanged
 */
export async function changeReplay(
  deps: ExecutionDeps,
  session: Pick<ExecutionSession, 'lease'>,
  replay: Replay,
  change: ReplayChange,
  audit: Audited | null,
  also: (stores: Stores) => Promise<void> = async () => undefined,
): Promise<Replay> {
  if (audit) deps.reach('before_audit');
  return deps.database.transact(
    async (stores) => {
      await requireLease(stores, session.lease, replay.id);
      const now = await stores.replays.readForUpdate(replay.id);
      if (!now || now.state !== replay.state) throw new StateChanged(replay.id);
      const at = deps.clock();
      const changed = await stores.replays.update(
        replay.id,
        now.revision,
        { ...change, ...pausedTime(now, change.state, at) },
        at,
      );
      if (!changed) throw new StateChanged(replay.id);
      await also(stores);
      if (audit)
        await stores.audit.append({
          actor: auditActor,
          outcome: 'allowed',
          code: null,
          resource: `replay/${replay.id}`,
          ...audit,
        });
      return changed;
    },
    { timeoutMs: holdsTimeoutMs },
  );
}

/** Pauses (or aborts, for a failed gate of a flow that says so) with the reason on the page and in the audit. */
export async function holdReplay(
  deps: ExecutionDeps,
  session: Pick<ExecutionSession, 'lease'>,
  replay: Replay,
  hold: Hold,
): Promise<void> {
  const abort = hold.gate !== null && replay.plan?.gates.onFail === 'abort';
  const resumesTo: ReplayState | null = abort ? null : (replay.resumesTo ?? replay.state);
  // Only for a gate: whichever shard holds it, its run may have gone on since this one read it.
  const run = replay.run &&
    hold.freshApproval && {
      run: {
        ...replay.run,
        approvalRound: replay.run.approvalRound + 1,
        countedBefore: hold.freshApproval,
      },
    };
  // Aborted out of its verification: its execution is closed, and no worker will come to end it.
  const endedAt = abort && replay.executedAt ? deps.clock() : null;
  deps.log(`replay ${replay.id} is ${abort ? 'aborted' : 'paused'}: ${hold.message}`);
  await changeReplay(
    deps,
    session,
    replay,
    {
      ...{ state: abort ? 'aborted' : 'paused', resumesTo, stateReason: hold.message },
      ...run,
      ...(endedAt ? { finishedAt: endedAt } : {}),
    },
    {
      action: hold.gate ? 'replay.gate_failed' : abort ? 'replay.abort' : 'replay.pause',
      detail: { reason: hold.message, gate: hold.gate, freshApproval: hold.freshApproval !== null },
    },
    async (stores) => {
      if (!endedAt) return;
      await letGo(deps, stores, replay, endedAt);
    },
  );
}
