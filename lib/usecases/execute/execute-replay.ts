import type { Replay } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import type { Lease } from '#lib/store/leases.ts';
import { abortRest } from './abort-rest.ts';
import { advanceStep } from './advance-step.ts';
import { holdReplay } from './change-replay.ts';
import { conductingShard, type ExecutionDeps } from './deps.ts';
import { type FailureStreak, givingUp, noFailure, oneMore } from './giving-up.ts';
import { tellWait } from './held-back.ts';
import { Hold, LeaseLost, StateChanged, Waiting } from './interruption.ts';
import { followStep } from './send-within.ts';
import type { ExecutionSession } from './session.ts';
import type { Horizons } from './settle-intent.ts';
import { takeOver } from './take-over.ts';
import { advanceVerification, closeExecution } from './verify-replay.ts';

const backOffMs = (failures: number): number => Math.min(5000, 200 * 2 ** failures);

/**
 * Executes one shard of a replay while its lease is held, until it rests: paused, ended, or taken over by another. Every failure of the
 * broker or the database throws the session away and goes through the take-over again; two minutes of nothing else pause the replay.
 */
export async function executeReplay(
  deps: ExecutionDeps,
  input: { replayId: string; shard: number; lease: Lease },
  signal: AbortSignal,
): Promise<void> {
  let session: ExecutionSession | null = null;
  let streak: FailureStreak = noFailure;
  const horizons: Horizons = new Map();
  // What a session that was thrown away is still reading ahead.
  let strays: Promise<unknown> = Promise.resolve();
  const drop = async () => {
    strays = Promise.allSettled([strays, session?.ahead?.batch]);
    await session?.writer.close();
    session = null;
  };
  try {
    while (!signal.aborted) {
      const replay = await deps.database.stores.replays.read(input.replayId);
      if (!replay) return;
      try {
        if (replay.state === 'aborted') await strays;
        const fresh = session === null;
        session ??= await takeOver(deps, replay, input.lease, input.shard, horizons);
        const current = fresh ? await tellWait(deps, input, replay, null) : replay;
        const waitMs = await move(deps, current, session);
        streak = noFailure;
        if (waitMs === null) return;
        if (waitMs > 0) await deps.sleep(waitMs, signal);
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        if (error instanceof StateChanged) continue;
        await drop();
        if (error instanceof Waiting) {
          await standStill(deps, input.lease, replay, error);
          await deps.sleep(deps.timings.observeMs, signal);
          continue;
        }
        streak = oneMore(streak, deps.clock().getTime());
        const reason = error instanceof Hold ? error : givingUp(replay, error as Error, streak);
        if (reason) {
          await hold(deps, input.lease, replay, reason);
          return;
        }
        deps.log(`replay ${replay.id}: ${(error as Error).message}; taking over again (${streak.failures})`);
        await deps.sleep(backOffMs(streak.failures), signal);
      }
    }
  } finally {
    await drop();
  }
}

/** Shows why, unless somebody paused or ended it in the same moment. */
async function standStill(deps: ExecutionDeps, lease: Lease, replay: Replay, why: Waiting): Promise<void> {
  await tellWait(deps, { lease }, replay, why.message).catch((error) => {
    if (!(error instanceof StateChanged)) throw error;
  });
}

/** A person may have paused or ended it in the same moment: then there is nothing left to hold. */
async function hold(deps: ExecutionDeps, lease: Lease, replay: Replay, reason: Hold): Promise<void> {
  const now = await deps.database.stores.replays.read(replay.id);
  if (!now || now.state === 'paused' || now.state === 'aborted' || now.finishedAt) return;
  await holdReplay(deps, { lease }, now, reason).catch((error) => {
    if (!(error instanceof StateChanged)) throw error;
  });
}

/** @returns milliseconds until the next move; null when the replay rests */
async function move(deps: ExecutionDeps, replay: Replay, session: ExecutionSession): Promise<number | null> {
  const conducts = session.shard === conductingShard;
  const run = replay.run ?? firstRun(replay, deps.clock());
  switch (replay.state) {
    case 'canary':
    case 'ramping':
      return conducts
        ? advanceStep(deps, replay, run, session)
        : followStep(deps, replay, replay.run, session);
    case 'completed':
      return conducts ? closeExecution(deps, replay, run, session) : null;
    case 'verifying':
      return conducts ? advanceVerification(deps, replay, run, session) : null;
    case 'aborted':
      return replay.executedAt ? null : abortRest(deps, replay, session);
    default:
      return null;
  }
}

function firstRun(replay: Replay, now: Date) {
  if (!replay.plan) throw new Hold('The replay has no plan.');
  return initialRun(
    replay.plan,
    { canaryRecords: replay.canary.records, recordsPerSecond: replay.bounds.recordsPerSecond },
    now,
  );
}
