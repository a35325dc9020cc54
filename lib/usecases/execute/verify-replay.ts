import type { Replay } from '#lib/domain/replays/replay.ts';
import { passedSince, type ReadBackResult, type ReplayRun } from '#lib/domain/replays/run.ts';
import { changeReplay } from './change-replay.ts';
import { executionRoot } from './close-execution.ts';
import { closeVerification } from './close-verification.ts';
import { replacedTopic } from './compare-topics.ts';
import type { ExecutionDeps } from './deps.ts';
import { heldBack, tellWait } from './held-back.ts';
import { Hold } from './interruption.ts';
import { indexedUpTo, observe } from './observe.ts';
import { readBackReplay } from './read-back.ts';
import { applyOutcomesOfOthers } from './record-outcome.ts';
import type { ExecutionSession } from './session.ts';

/**
 * Closes the execution: read-back of everything, root over the outcomes into the audit, then the wait for what the target does. While
 * an open transaction hides what was sent there is nothing to claim, and after `verify.waitMs` of that nothing was read back; nor is it where another topic
 * stands in the place of one that was sent to.
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
  // Another topic would be read back: the verification says so.
  const replaced = await replacedTopic(session, replay);
  const held = replaced
    ? []
    : [
        await heldBack(session, destination.topic),
        plan?.diversion
          ? await heldBack({ cluster, landings: divertedLandings }, plan.diversion.topic)
          : null,
      ];
  // Of what is gone a read-back says which records they are.
  const hidden = held.find((each) => each !== null && !each.gone);
  if (hidden && !waitIsOver(deps, replay, run)) {
    await tellWait(deps, session, replay, hidden.reason);
    return deps.timings.observeMs;
  }
  await applyOutcomesOfOthers(deps, replay, session);
  const readBack = hidden || replaced ? null : await readBackReplay(deps, replay);
  const { root, entries } = await executionRoot(deps, replay, session.manifest.records);
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
 * when nothing could be read back, or another topic stands there).
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
  const indexed = await indexedUpTo(deps, replay);
  const seen = await observe(deps, replay, session, { comparing: true });
  const nowMs = deps.clock().getTime();
  const all = seen.passed >= seen.landed;
  const passedAt = all ? passedSince(run.passedAt, seen.at) : null;
  const waitedMs = nowMs - (replay.executedAt?.getTime() ?? nowMs);
  const quietUntilMs = passedAt === null ? null : Date.parse(passedAt) + verify.settleMs;
  const quiet =
    quietUntilMs !== null && nowMs >= quietUntilMs && indexed !== null && indexed.getTime() >= quietUntilMs;
  const { hasTarget, replaced } = seen;
  if (!hasTarget || quiet || replaced || run.readBack === null || waitedMs > verify.waitMs) {
    await closeVerification(deps, replay, { ...run, passedAt }, session, { hasTarget, quiet, replaced });
    return 0;
  }
  if (passedAt !== run.passedAt)
    await changeReplay(deps, session, replay, { run: { ...run, passedAt } }, null);
  return deps.timings.observeMs;
}
