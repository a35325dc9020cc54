import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import type { Lease } from '#lib/store/leases.ts';
import { abortRest } from './abort-rest.ts';
import { advanceStep } from './advance-step.ts';
import { holdReplay } from './change-replay.ts';
import { cursorGroup, type ExecutionDeps, ledgerTopic, transactionalId } from './deps.ts';
import { tellWait } from './held-back.ts';
import { Hold, LeaseLost, StateChanged, Waiting } from './interruption.ts';
import type { ExecutionSession } from './session.ts';
import type { Horizons } from './settle-intent.ts';
import { takeOver } from './take-over.ts';
import { advanceVerification, closeExecution } from './verify-replay.ts';

const maxFailuresInARow = 8;
const maxRefusalsInARow = 3;
const backOffMs = (failures: number): number => Math.min(5000, 200 * 2 ** failures);

/**
 * Executes one shard of a replay while its lease is held, until it rests: paused, ended, or taken over by another. Every failure of the
 * broker or the database throws the session away and goes through the take-over again; too many in a row pause the replay.
 */
export async function executeReplay(
  deps: ExecutionDeps,
  input: { replayId: string; shard: number; lease: Lease },
  signal: AbortSignal,
): Promise<void> {
  let session: ExecutionSession | null = null;
  let failures = 0;
  const horizons: Horizons = new Map();
  const drop = async () => {
    await session?.writer.close();
    session = null;
  };
  try {
    while (!signal.aborted) {
      const replay = await deps.database.stores.replays.read(input.replayId);
      if (!replay) return;
      try {
        const fresh = session === null;
        session ??= await takeOver(deps, replay, input.lease, input.shard, horizons);
        const current = fresh ? await tellWait(deps, input, replay, null) : replay;
        const waitMs = await move(deps, current, session);
        failures = 0;
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
        const reason = error instanceof Hold ? error : givingUp(replay, error as Error, ++failures);
        if (reason) {
          await hold(deps, input.lease, replay, reason);
          return;
        }
        deps.log(`replay ${replay.id}: ${(error as Error).message}; taking over again (${failures})`);
        await deps.sleep(backOffMs(failures), signal);
      }
    }
  } finally {
    await drop();
  }
}

/** After so many failures in a row no more is tried: a person has to look. A right that was taken away does not come back by asking. */
function givingUp(replay: Replay, error: Error, failures: number): Hold | null {
  const refused = error instanceof BrokerFailure && error.kind === 'not_authorized';
  if (refused && failures >= maxRefusalsInARow) return new Hold(permissionLost(replay, error.message));
  if (failures < maxFailuresInARow) return null;
  const what = error instanceof BrokerFailure ? 'broker' : 'database';
  return new Hold(`The ${what} failed ${failures} times in a row: ${error.message}`, {
    gate: 'broker_errors',
  });
}

const permissionLost = ({ id, destination: { topic } }: Replay, said: string): string =>
  `The broker does not allow this worker what sending to ${topic} takes: ${said} Give its principal WRITE and DESCRIBE on ${topic}, WRITE on the transactional id ${transactionalId(id, 0)}, and READ on the group ${cursorGroup(id)} and on ${ledgerTopic}; then resume. Nothing is lost or sent twice by that.`;

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
  const run = replay.run ?? firstRun(replay, deps.clock());
  switch (replay.state) {
    case 'canary':
    case 'ramping':
      return advanceStep(deps, replay, run, session);
    case 'completed':
      return closeExecution(deps, replay, run, session);
    case 'verifying':
      return advanceVerification(deps, replay, run, session);
    case 'aborted':
      if (!replay.executedAt) await abortRest(deps, replay, session);
      return null;
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
