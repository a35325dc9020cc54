import { evaluateGates, gateSentences } from '#lib/domain/replays/gates.ts';
import { ranForMs } from '#lib/domain/replays/paused-time.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { passedSince, type ReplayRun, type RunGate } from '#lib/domain/replays/run.ts';
import { changeReplay } from './change-replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { heldBack, tellWait } from './held-back.ts';
import { Hold } from './interruption.ts';
import { allHaveReached, lookAtOthers, progressOf } from './look-at-others.ts';
import { indexedUpTo, type Observation, observe } from './observe.ts';
import { sendWithin } from './send-within.ts';
import type { ExecutionSession } from './session.ts';

const blindMs = 60_000;

/**
 * One move of a replay that is in its first batch or on its ramp: look, judge the gates, go to the next step, or send a batch.
 * @returns milliseconds until the next move makes sense
 */
export async function advanceStep(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
): Promise<number> {
  await lookAtOthers(deps, replay, session);
  // Before the returns are looked for: what it has read by now, they tell; what it reads between the two, nobody would have seen.
  const indexed = replay.state === 'canary' ? await indexedUpTo(deps, replay) : null;
  const seen = await observe(deps, replay, session);
  const gates = judgeGates(replay, run, seen);
  const noted = await note(deps, replay, session, { ...run, ...passing(run, session, seen), gates });
  const current = noted.run ?? run;
  refuseWhere(deps, replay, current, gates, seen);
  const step = current.steps[current.stepIndex];
  if (!step) throw new Hold('The replay has no step to go on with.');
  await deps.database.stores.replayPaces.judged(replay.id);
  const { records } = session.manifest;
  const allSent = allHaveReached(session, records);
  if (replay.state === 'canary') {
    const until = step.records ?? 0;
    if (session.next < until) return sendWithin(deps, noted, session, step, until);
    if (!allHaveReached(session, until)) return deps.timings.observeMs;
    if (!firstBatchPassed(deps, noted, current, seen, indexed)) {
      const hidden = seen.passed < seen.landed ? await heldBack(session, replay.destination.topic) : null;
      await tellWait(deps, session, noted, hidden?.reason ?? null);
      return deps.timings.observeMs;
    }
    await passFirstBatch(deps, noted, current, session, allSent);
    return 0;
  }
  if (allSent) {
    await complete(deps, noted, current, session);
    return 0;
  }
  const held = deps.clock().getTime() - Date.parse(step.startedAt ?? '');
  const next = current.steps[current.stepIndex + 1];
  // No faster while nobody sees what it does.
  if (!isBlind(seen) && held >= replay.canary.settleMs && next && next.recordsPerSecond !== null) {
    await changeReplay(
      deps,
      session,
      noted,
      { run: moveTo(current, current.stepIndex + 1, deps.clock()) },
      null,
    );
    return 0;
  }
  if (session.next >= records) return deps.timings.observeMs;
  return sendWithin(deps, noted, session, step, records);
}

function judgeGates(replay: Replay, run: ReplayRun, seen: Observation): RunGate[] {
  const terms = replay.plan?.gates;
  if (!terms) throw new Hold('The replay has no plan.');
  const maxCameBackRatio =
    replay.state === 'canary' ? replay.canary.maxCameBackRatio : terms.maxCameBackRatio;
  const { passed, cameBack } = run.countedBefore;
  const fresh = { ...seen, passed: seen.passed - passed, cameBack: seen.cameBack - cameBack };
  return evaluateGates(fresh, { maxCameBackRatio, maxTargetLagGrowth: terms.maxTargetLagGrowth });
}

/** Whether nobody can say how those who are to consume it stand. */
const isBlind = ({ hasTarget, target }: Observation): boolean => hasTarget && target.state === 'unknown';

/** When everything sent so far is consumed past, since when; and since when the target is out of sight. */
function passing(
  run: ReplayRun,
  session: ExecutionSession,
  seen: Observation,
): Pick<ReplayRun, 'passedAt' | 'passedTo' | 'baselineLagRecords' | 'unknownSince'> {
  const all = !seen.hasTarget || seen.passed >= seen.landed;
  const sentTo = progressOf(session);
  return {
    passedAt: all ? passedSince(run.passedTo === sentTo ? run.passedAt : null, seen.at) : null,
    passedTo: all ? sentTo : null,
    // Not there in a run that never lost sight of it.
    ...(isBlind(seen)
      ? { unknownSince: run.unknownSince ?? seen.at.toISOString() }
      : run.unknownSince && { unknownSince: null }),
    baselineLagRecords:
      run.baselineLagRecords ?? (seen.target.lagRecords === null ? null : String(seen.target.lagRecords)),
  };
}

/** Stores what changed; nothing is written when nothing did. */
async function note(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  run: ReplayRun,
): Promise<Replay> {
  if (JSON.stringify(run) === JSON.stringify(replay.run)) return replay;
  return changeReplay(deps, session, replay, { run }, null);
}

/** A failed gate, the end of the allowed time, or a target that can't be seen for too long: a person has to look. */
function refuseWhere(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  gates: readonly RunGate[],
  seen: Observation,
): void {
  const failed = gates.find((gate) => gate.state === 'fails');
  if (failed)
    throw new Hold(
      `Gate ${failed.name}: ${gateSentences[failed.name] ?? 'it failed'} (${failed.value} against ${failed.limit} ${failed.unit}).`,
      {
        gate: failed.name,
        ...(failed.name === 'came_back'
          ? { freshApproval: { passed: seen.passed, cameBack: seen.cameBack } }
          : {}),
      },
    );
  const elapsedMs = ranForMs(replay, deps.clock());
  if (elapsedMs > replay.bounds.maxDurationMs)
    throw new Hold(
      `The replay has run for ${Math.round(elapsedMs / 1000)} s, longer than its bound of ${Math.round(replay.bounds.maxDurationMs / 1000)} s.`,
    );
  if (isBlind(seen) && seen.at.getTime() - Date.parse(run.unknownSince ?? '') > blindMs)
    throw new Hold(
      'The state of the target group has not been known for a minute: is the collector running?',
      { gate: 'target_stuck' },
    );
}

/**
 * Consumed past every landed record, then quiet for the settle time, and the index has read on past that time. Unresolved is not passed.
 * @param indexed how far the index had read before the returns were looked for
 */
function firstBatchPassed(
  deps: Pick<ExecutionDeps, 'clock'>,
  replay: Replay,
  run: ReplayRun,
  seen: Observation,
  indexed: Date | null,
): boolean {
  if (!seen.hasTarget) return true;
  if (run.passedAt === null) return false;
  const quietUntilMs = Date.parse(run.passedAt) + replay.canary.settleMs;
  if (deps.clock().getTime() < quietUntilMs) return false;
  return indexed !== null && indexed.getTime() >= quietUntilMs;
}

const moveTo = (run: ReplayRun, stepIndex: number, now: Date): ReplayRun => ({
  ...run,
  stepIndex,
  steps: run.steps.map((step, index) => {
    if (index < stepIndex && step.state !== 'passed')
      return {
        ...step,
        state: 'passed',
        startedAt: step.startedAt ?? now.toISOString(),
        finishedAt: now.toISOString(),
      };
    return index === stepIndex ? { ...step, state: 'running', startedAt: now.toISOString() } : step;
  }),
});

async function passFirstBatch(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
  allSent: boolean,
) {
  const sent = run.steps[0]?.records ?? 0;
  const audit = { action: 'replay.first_batch_passed', detail: { records: sent, gates: run.gates } } as const;
  if (allSent) {
    const passed = await changeReplay(deps, session, replay, { state: 'ramping', run }, audit);
    return complete(deps, passed, run, session);
  }
  const ramping = { state: 'ramping', stateReason: null, run: moveTo(run, 1, deps.clock()) } as const;
  return changeReplay(deps, session, replay, ramping, audit);
}

/** Everything is sent: the verification begins, and looks at all of it anew. */
async function complete(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
): Promise<void> {
  await changeReplay(
    deps,
    session,
    replay,
    {
      state: 'completed',
      stateReason: null,
      run: { ...moveTo(run, run.steps.length - 1, deps.clock()), passedAt: null, passedTo: null },
    },
    null,
  );
}
