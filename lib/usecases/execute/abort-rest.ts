import type { BatchRow, PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayRun } from '#lib/domain/replays/run.ts';
import { letGo } from '../draft-quarantine.ts';
import { changeReplay } from './change-replay.ts';
import { executionRoot } from './close-execution.ts';
import { conductingShard, type ExecutionDeps } from './deps.ts';
import { StateChanged } from './interruption.ts';
import { allHaveReached, lookAtOthers } from './look-at-others.ts';
import { newIntent } from './new-intent.ts';
import { forgetAttempts } from './note-attempts.ts';
import { applyOutcomesOfOthers, recordOutcome } from './record-outcome.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';
import { lastOrdinal } from './settled-batches.ts';

const chunk = 1000;

/**
 * After an abort: what was never sent ends as skipped, so that every entry has its one outcome, its dead letters are open again,
 * and the execution is closed in the audit, by the shard that conducts when every shard has come so far. The open batch was settled when the session
 * took over.
 * @returns milliseconds until the next look; null when it is closed
 */
export async function abortRest(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
): Promise<number | null> {
  // What is being read ahead notes attempts, and none of it is sent any more.
  await session.ahead?.batch.catch(() => undefined);
  // An earlier worker may have closed a part of the rest already; the cursor knows nothing of that.
  session.next = Math.max(session.next, await lastOrdinal(deps, replay, session.shard));
  for (let from = session.next; from < session.manifest.records; from += chunk) {
    const to = Math.min(from + chunk, session.manifest.records);
    const entries = await session.manifest.own(from, to);
    const batch = await notedRest(deps, replay, session, { fromOrdinal: from, toOrdinal: to }, entries);
    const outcome = entries.map(({ ordinal }): PackedOutcome => [ordinal, 'skipped', null, null, 'aborted']);
    await recordOutcome(deps, replay, session, batch, { settlement: 'committed', outcome });
    session.next = to;
  }
  await lookAtOthers(deps, replay, session);
  if (session.shard !== conductingShard || !allHaveReached(session, session.manifest.records))
    return deps.timings.observeMs;
  await applyOutcomesOfOthers(deps, replay, session);
  const { root, entries } = await executionRoot(deps, replay, null);
  const now = deps.clock();
  const { records } = session.manifest;
  await changeReplay(
    deps,
    session,
    replay,
    {
      executedAt: now,
      finishedAt: replay.finishedAt ?? now,
      ...(replay.run ? { run: { ...stopped(replay.run, now), executionRoot: root } } : {}),
    },
    {
      action: 'replay.execution_closed',
      detail: { root, entries, aborted: true, ...(entries !== records && { records }) },
    },
    async (stores) => {
      await letGo(deps, stores, replay, now);
    },
  );
  return null;
}

/** The step at which it was aborted runs no more. */
const stopped = (run: ReplayRun, now: Date): ReplayRun => ({
  ...run,
  steps: run.steps.map((step) =>
    step.state === 'running' ? { ...step, state: 'failed', finishedAt: now.toISOString() } : step,
  ),
});

/** Under the lease, as every intent: a worker that lost it may be here still, and the rest is closed once. @throws LeaseLost, StateChanged */
async function notedRest(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  range: Pick<BatchRow, 'fromOrdinal' | 'toOrdinal'>,
  entries: readonly ManifestEntry[],
): Promise<BatchRow> {
  // Nothing of it is sent, whatever becomes of the cursor before the outcome stands.
  const left = entries.map(({ ordinal }) => [ordinal, 'skipped', 'aborted'] as const);
  const batch = newIntent(deps, replay, session, range, { entries, left, startOffsets: [], sentHashes: '' });
  await deps.database.transact(async (stores) => {
    await requireLease(stores, session.lease, replay.id);
    const now = await stores.replays.readForUpdate(replay.id);
    if (now?.state !== 'aborted') throw new StateChanged(replay.id);
    await stores.replayBatches.intend(batch);
    await forgetAttempts(stores, replay, entries);
  });
  return batch;
}
