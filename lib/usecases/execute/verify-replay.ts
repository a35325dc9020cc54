import { outcomeRoot, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import { finalState } from '#lib/domain/replays/final-state.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReadBackResult, ReplayRun } from '#lib/domain/replays/run.ts';
import type { ReplayState, Verification } from '#lib/domain/replays/state.ts';
import type { LetterPlace } from '#lib/store/dispositions.ts';
import { letGo } from '../draft-quarantine.ts';
import { changeReplay } from './change-replay.ts';
import { executionRoot } from './close-execution.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import { heldBack, tellWait } from './held-back.ts';
import { Hold } from './interruption.ts';
import { observe } from './observe.ts';
import { readBackReplay } from './read-back.ts';
import { applyOutcomesOfOthers } from './record-outcome.ts';
import type { ExecutionSession } from './session.ts';
import { allOutcomes } from './settled-batches.ts';

/**
 * Closes the execution: read-back of everything, root over the outcomes into the audit, then the wait for what the target does. While
 * an open transaction hides what was sent there is nothing to claim, and after `verify.waitMs` of that nothing was read back.
 * @returns milliseconds until the next look
 */
export async function closeExecution(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
): Promise<number> {
  const { destination, plan } = replay;
  const { cluster, divertedLandings } = session;
  const hidden =
    (await heldBack(session, destination.topic)) ??
    (plan?.diversion ? await heldBack({ cluster, landings: divertedLandings }, plan.diversion.topic) : null);
  if (hidden && !waitIsOver(deps, replay, run)) {
    await tellWait(deps, session, replay, hidden);
    return deps.timings.observeMs;
  }
  await applyOutcomesOfOthers(deps, replay, session);
  const readBack = hidden ? null : await readBackReplay(deps, replay);
  const { root, entries } = await executionRoot(deps, replay);
  await changeReplay(
    deps,
    session,
    replay,
    {
      ...{ state: 'verifying', stateReason: null, executedAt: deps.clock() },
      run: { ...run, readBack, executionRoot: root },
    },
    { action: 'replay.execution_closed', detail: { root, entries, readBack: counted(readBack) } },
  );
  return 0;
}

/** The verification began when everything was sent. */
function waitIsOver(deps: ExecutionDeps, replay: Replay, run: ReplayRun): boolean {
  const begun = run.steps.at(-1)?.startedAt;
  return !!begun && deps.clock().getTime() - Date.parse(begun) > (replay.plan?.verify.waitMs ?? 0);
}

function counted(readBack: ReadBackResult | null) {
  if (!readBack) return null;
  const { different, missing, ...found } = readBack;
  return { ...found, different: different.length, missing: missing.length };
}

/**
 * Waits for the target: ends as soon as everything is consumed past and quiet for the settle time, or after `verify.waitMs` (which is over
 * when nothing could be read back).
 * @returns milliseconds until the next look
 */
export async function advanceVerification(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
): Promise<number> {
  const verify = replay.plan?.verify;
  if (!verify) throw new Hold('The replay has no plan.');
  const seen = await observe(deps, replay, session);
  const nowMs = deps.clock().getTime();
  const all = seen.passed >= seen.landed;
  const passedAt = all ? (run.passedAt ?? seen.at.toISOString()) : null;
  const waitedMs = nowMs - (replay.executedAt?.getTime() ?? nowMs);
  const quietUntilMs = passedAt === null ? null : Date.parse(passedAt) + verify.settleMs;
  const indexed = await deps.database.stores.replayReturns.indexedUpTo(replay.clusterId);
  const quiet =
    quietUntilMs !== null && nowMs >= quietUntilMs && indexed !== null && indexed.getTime() >= quietUntilMs;
  if (!seen.hasTarget || quiet || run.readBack === null || waitedMs > verify.waitMs) {
    await closeVerification(deps, replay, { ...run, passedAt }, session, {
      hasTarget: seen.hasTarget,
      quiet,
    });
    return 0;
  }
  if (passedAt !== run.passedAt)
    await changeReplay(deps, session, replay, { run: { ...run, passedAt } }, null);
  return deps.timings.observeMs;
}

type VerificationLine = readonly [number, Verification | null];

async function closeVerification(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
  seen: { hasTarget: boolean; quiet: boolean },
): Promise<void> {
  const { stores } = deps.database;
  const outcomes = await allOutcomes(deps, replay);
  const watermarks = await stores.replayReturns.watermarks(replay.id);
  const returned = await stores.replayReturns.ordinals(replay.id);
  const lines = outcomes.map(
    (outcome): VerificationLine => [
      outcome[0],
      verificationOf(outcome, watermarks, returned, seen.hasTarget),
    ],
  );
  const root = outcomeRoot(lines);
  const ends = (end: Verification) => lines.filter(([, each]) => each === end).length;
  const state = finalState({
    readBack: run.readBack,
    unknown: outcomes.filter(([, outcome]) => outcome === 'unknown').length,
    waiting: ends('indeterminate'),
    cameBack: ends('came_back'),
    hasTarget: seen.hasTarget,
    quiet: seen.quiet,
  });
  const now = deps.clock();
  const passed = new Set(lines.filter(([, end]) => end === 'consumed_past').map(([ordinal]) => ordinal));
  await changeReplay(
    deps,
    session,
    replay,
    {
      state: state.state,
      stateReason: state.reason,
      finishedAt: now,
      run: { ...run, verificationRoot: root, steps: run.steps.map((step) => finish(step, state.state, now)) },
    },
    {
      action: 'replay.verification_closed',
      detail: {
        root,
        state: state.state,
        reason: state.reason,
        consumedPast: passed.size,
        cameBack: returned.size,
      },
    },
    async (tx) => {
      for (let from = 0; from < session.manifest.records; from += 1000) {
        const entries = await session.manifest.slice(from, from + 1000);
        const letters: LetterPlace[] = entries.filter((entry) => passed.has(entry.ordinal));
        if (letters.length > 0)
          await tx.dispositions.set(replay.clusterId, letters, {
            disposition: 'consumed_past',
            replayId: replay.id,
            reason: null,
            by: auditActor,
            at: now,
          });
      }
      await letGo(deps, tx, replay, now);
    },
  );
}

const finish = (
  step: ReplayRun['steps'][number],
  state: ReplayState,
  now: Date,
): ReplayRun['steps'][number] =>
  step.state === 'running'
    ? { ...step, state: state === 'verified' ? 'passed' : 'failed', finishedAt: now.toISOString() }
    : step;

function verificationOf(
  [ordinal, outcome, partition, offset]: PackedOutcome,
  watermarks: ReadonlyMap<number, bigint | null>,
  returned: ReadonlySet<number>,
  hasTarget: boolean,
): Verification | null {
  if (outcome !== 'replayed' || !hasTarget) return null;
  if (returned.has(ordinal)) return 'came_back';
  if (partition === null || offset === null) return 'indeterminate';
  const committed = watermarks.get(partition) ?? null;
  return committed !== null && committed > BigInt(offset) ? 'consumed_past' : 'indeterminate';
}
