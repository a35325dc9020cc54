import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayRun, RunStep } from '#lib/domain/replays/run.ts';
import type { ExecutionDeps } from './deps.ts';
import { TooEarly } from './interruption.ts';
import { sendBatch } from './send-batch.ts';
import type { ExecutionSession } from './session.ts';

/** The replay is looked at again, and by the shard that conducts its gates, at least this often while batches follow each other. */
const freshMs = 250;

/**
 * Sends as much as the step's rate allows, not before it allows it, up to an ordinal: at most a second of it a batch, and batch after batch for as long as
 * the last look is fresh. Each intent still asks the database whether the replay sends, its rate allows it and its gates were judged.
 * @returns milliseconds until the next move makes sense
 */
export async function sendWithin(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  step: RunStep,
  until: number,
): Promise<number> {
  try {
    return await sendBatches(deps, replay, session, step, until);
  } catch (error) {
    if (!(error instanceof TooEarly)) throw error;
    session.nextSendAtMs = deps.clock().getTime() + error.waitMs;
    return Math.min(error.waitMs, deps.timings.observeMs);
  } finally {
    await session.applying;
  }
}

async function sendBatches(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  step: RunStep,
  until: number,
): Promise<number> {
  const recordsPerSecond = step.recordsPerSecond ?? replay.bounds.recordsPerSecond;
  const limit = Math.max(1, Math.floor(recordsPerSecond));
  const lookedAtMs = deps.clock().getTime();
  while (session.next < until) {
    const now = deps.clock().getTime();
    const waitMs = session.nextSendAtMs - now;
    if (waitMs > 0) return Math.min(waitMs, deps.timings.observeMs);
    if (now - lookedAtMs > freshMs) return 0;
    await sendBatch(deps, replay, session, { limit, until, recordsPerSecond });
  }
  return 0;
}

/**
 * One move of a shard that does not conduct: it sends what is its own of the step that the replay is in.
 * @returns milliseconds until the next move makes sense
 */
export async function followStep(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun | null,
  session: ExecutionSession,
): Promise<number> {
  const step = run?.steps[run.stepIndex];
  const until = replay.state === 'canary' ? (step?.records ?? 0) : session.manifest.records;
  if (!step || session.next >= until) return deps.timings.observeMs;
  return sendWithin(deps, replay, session, step, until);
}
