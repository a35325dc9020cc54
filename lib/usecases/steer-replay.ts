import { can } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { approvalsMissing } from '#lib/domain/replays/approvals.ts';
import { pausedTime, stepBegunAnew } from '#lib/domain/replays/paused-time.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { replayCan } from '#lib/domain/replays/replay-can.ts';
import { type Act, changeReplayState, releaseHolds, scopeOf } from './change-replay-state.ts';
import { letGo } from './draft-quarantine.ts';
import { recheckReplay } from './recheck-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';

type Reason = { reason?: string | undefined };

const pausing = (principal: Principal, reason: string | undefined): Act<undefined> => ({
  verb: 'pause',
  permission: 'replay.pause',
  action: 'replay.pause',
  decide: async (replay) => ({
    change: {
      state: 'paused',
      resumesTo: replay.state,
      stateReason: reason ?? `paused by ${principal.name}`,
    },
    detail: { resumesTo: replay.state, reason: reason ?? null },
  }),
});

/**
 * Pauses after the open batch; asks nothing. If the audit log can't be written, it pauses all the same and says so in the log
 * of the process (design.md, Trust). @throws SluiceError `forbidden`, `wrong_state`
 */
export async function pauseReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  { reason }: Reason,
): Promise<Replay> {
  try {
    return await changeReplayState(deps, principal, id, pausing(principal, reason));
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    return deps.database.transact(async ({ replays }) => {
      const replay = await replays.readForUpdate(id);
      if (!replay || !replayCan.pause(replay).allowed || !can(principal, 'replay.pause', scopeOf(replay)))
        throw error;
      console.error(`replay ${id}: ${principal.name} pauses it, and the audit log can't be written:`, error);
      const stateReason = reason ?? `paused by ${principal.name}`;
      const change = { state: 'paused', resumesTo: replay.state, stateReason } as const;
      const now = deps.clock();
      const paused = await replays.update(
        id,
        replay.revision,
        { ...change, ...pausedTime(replay, change.state, now) },
        now,
      );
      if (!paused) throw error;
      return paused;
    });
  }
}

export type PausedAll = {
  paused: number;
  ids: string[];
  /** Those that go on sending, and why. */
  failed: { id: string; detail: string }[];
};

/**
 * Pauses every running replay that the principal may pause. One that can't be paused stops none of the others from it; nor does an audit log
 * that can't be written, which the log of the process tells then.
 */
export async function pauseAllReplays(
  deps: ReplayDeps,
  principal: Principal,
  { reason }: { reason: string },
): Promise<PausedAll> {
  const running = await deps.database.stores.replays.inStates(['canary', 'ramping'], 1000);
  const ids: string[] = [];
  const failed: PausedAll['failed'] = [];
  for (const replay of running) {
    if (!can(principal, 'replay.pause', scopeOf(replay))) continue;
    try {
      await pauseReplay(deps, principal, replay.id, { reason });
      ids.push(replay.id);
    } catch (error) {
      // It ended or was paused by somebody else in the meantime: that is what was wanted.
      if (error instanceof SluiceError && error.code === 'wrong_state') continue;
      if (!(error instanceof SluiceError))
        console.error(`replay ${replay.id}: ${principal.name} can't pause it:`, error);
      const detail =
        error instanceof SluiceError
          ? error.message
          : 'It could not be paused: see the log of the web process.';
      failed.push({ id: replay.id, detail });
    }
  }
  await noteAllPaused(deps, principal, { reason, ids, failed: failed.map(({ id }) => id) });
  return { paused: ids.length, ids, failed };
}

async function noteAllPaused(
  deps: ReplayDeps,
  principal: Principal,
  detail: { reason: string; ids: string[]; failed: string[] },
): Promise<void> {
  const line = { actor: principal.name, outcome: 'allowed', code: null, resource: 'replay', detail } as const;
  try {
    await deps.database.transact((stores) => stores.audit.append({ ...line, action: 'replay.pause_all' }));
  } catch (error) {
    console.error(`${principal.name} pauses all replays, and the audit log can't be written:`, detail, error);
  }
}

/**
 * Goes on where it was paused, after everything was checked again; after a came-back gate only with fresh approvals of the rest.
 * @throws SluiceError `forbidden`, `wrong_state`, `policy_changed`, `evidence_worse`, `digest_mismatch`; BrokerFailure
 */
export async function resumeReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  { reason }: Reason,
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'resume',
    permission: 'replay.resume',
    action: 'replay.resume',
    prepare: async (replay) => {
      const { drift } = await recheckReplay(deps, replay);
      if (drift) throw drift;
      return null;
    },
    decide: async (replay, stores, _prepared, now) => {
      const missing = approvalsMissing(
        replay,
        await stores.replayApprovals.of(id),
        await stores.breakGlass.of(id),
      );
      if (missing > 0)
        throw new SluiceError(
          'wrong_state',
          `Records came back: the rest needs ${missing} fresh approval${missing === 1 ? '' : 's'} before it goes on.`,
        );
      return {
        change: {
          ...{ state: replay.resumesTo ?? 'canary', resumesTo: null, stateReason: null },
          ...(replay.run && { run: stepBegunAnew(replay.run, now) }),
        },
        detail: { reason: reason ?? null },
      };
    },
  });
}

/** Ends it after the open batch; what was not sent is open again once the worker has closed it. @throws SluiceError `forbidden`, `wrong_state` */
export async function abortReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  { reason }: { reason: string },
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'abort',
    permission: 'replay.abort',
    action: 'replay.abort',
    decide: async (replay, stores, _prepared, now) => {
      // Paused while it was verified: its execution is closed, and no worker will come to let go of what it holds.
      if (replay.executedAt)
        await letGo({ flows: deps.config.flows, newId: deps.newId }, stores, replay, now);
      return {
        change: { state: 'aborted', resumesTo: null, stateReason: reason, finishedAt: now },
        detail: { was: replay.state, reason },
      };
    },
  });
}

/** Takes it back before it starts; its records are open again. @throws SluiceError `forbidden`, `wrong_state` */
export async function withdrawReplay(deps: ReplayDeps, principal: Principal, id: string): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'withdraw',
    permission: 'replay.withdraw',
    action: 'replay.withdraw',
    decide: async (replay, stores, _prepared, now) => {
      await releaseHolds(stores, replay);
      return {
        change: { state: 'withdrawn', stateReason: `withdrawn by ${principal.name}`, finishedAt: now },
        detail: { was: replay.state, digest: replay.digest },
      };
    },
  });
}
