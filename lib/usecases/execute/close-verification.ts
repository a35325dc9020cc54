import { bitsFor, hasBit, setBit } from '#lib/domain/kernel/bits.ts';
import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import { emptyOutcomeRoot, outcomeLeaf } from '#lib/domain/replays/batch.ts';
import { finalState } from '#lib/domain/replays/final-state.ts';
import { growMerkle } from '#lib/domain/replays/merkle.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayRun } from '#lib/domain/replays/run.ts';
import type { ReplayState, Verification } from '#lib/domain/replays/state.ts';
import { allSettled, verificationOf } from '#lib/domain/replays/verification.ts';
import type { Stores } from '#lib/store/database.ts';
import { letGo } from '../draft-quarantine.ts';
import { changeReplay } from './change-replay.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';
import { everyOutcome } from './settled-batches.ts';

/** What the outcomes say when they are held against what was seen of the target. */
type Verified = {
  root: Sha256;
  /** A bit an ordinal: the target has consumed past it, and it did not come back. */
  passed: Uint8Array;
  counts: Record<Verification | 'unknown', number>;
  /** Ordinals that came back. */
  returned: number;
};

/**
 * Closes the verification: root over what became of every entry into the audit, and what was consumed past at its dead letters. These are written a page at
 * a time, each in a transaction of its own with how far it has come, the last one with the end itself; a worker that goes on does so where the one before it
 * stopped. Where something else is found by then, it writes anew from the beginning, and takes back what no longer holds.
 * @throws LeaseLost, StateChanged, Hold
 */
export async function closeVerification(
  deps: ExecutionDeps,
  replay: Replay,
  run: ReplayRun,
  session: ExecutionSession,
  seen: { hasTarget: boolean; quiet: boolean; replaced: string | null },
): Promise<void> {
  const verified = await verifyOutcomes(deps, replay, session.manifest.records, seen.hasTarget);
  const { root, counts } = verified;
  const state = finalState({
    readBack: run.readBack,
    unknown: counts.unknown,
    waiting: counts.indeterminate,
    cameBack: counts.came_back,
    hasTarget: seen.hasTarget,
    quiet: seen.quiet,
    replaced: seen.replaced,
  });
  // Whoever goes on with a closing of this root has to know that one of another root came before it: that may have written any page.
  const takesBack =
    run.closing !== undefined && (run.closing.root !== root || run.closing.takesBack === true);
  let next = run.closing?.root === root ? run.closing.next : 0;
  const { records } = session.manifest;
  const page = deps.batches.closedAtOnce;
  for (; next + page < records; next += page)
    await changeReplay(
      deps,
      session,
      replay,
      { run: { ...run, closing: { root, next: next + page, ...(takesBack && { takesBack }) } } },
      null,
      (tx) => writePage(deps, tx, replay, session, verified, { from: next, to: next + page, takesBack }),
    );
  const now = deps.clock();
  const { closing: _closed, ...ended } = run;
  await changeReplay(
    deps,
    session,
    replay,
    {
      state: state.state,
      stateReason: state.reason,
      finishedAt: now,
      run: {
        ...ended,
        verificationRoot: root,
        steps: run.steps.map((step) => finish(step, state.state, now)),
      },
    },
    {
      action: 'replay.verification_closed',
      detail: {
        root,
        state: state.state,
        reason: state.reason,
        consumedPast: counts.consumed_past,
        cameBack: verified.returned,
      },
    },
    async (tx) => {
      await writePage(deps, tx, replay, session, verified, { from: next, to: records, takesBack });
      await letGo(deps, tx, replay, now);
    },
  );
}

/** One pass over the outcomes, in ordinal order; what is kept of each is a bit. */
async function verifyOutcomes(
  deps: ExecutionDeps,
  replay: Replay,
  records: number,
  hasTarget: boolean,
): Promise<Verified> {
  const { replayReturns } = deps.database.stores;
  const watermarks = await replayReturns.watermarks(replay.id);
  const returned = await replayReturns.ordinals(replay.id);
  const passed = bitsFor(records);
  const counts = { consumed_past: 0, came_back: 0, waiting: 0, indeterminate: 0, unknown: 0 };
  const tree = growMerkle();
  let lines = 0;
  for await (const outcome of everyOutcome(deps, replay, records)) {
    const [ordinal, ended] = outcome;
    const end = verificationOf(outcome, { watermarks, returned, hasTarget }, allSettled);
    tree.add(outcomeLeaf([ordinal, end]));
    lines++;
    if (ended === 'unknown') counts.unknown++;
    if (end !== null) counts[end]++;
    if (end === 'consumed_past') setBit(passed, ordinal);
  }
  return { root: lines === 0 ? emptyOutcomeRoot : tree.root(), passed, counts, returned: returned.size };
}

/** @param range `takesBack`: an earlier closing of another root may have written here what no longer holds */
async function writePage(
  deps: ExecutionDeps,
  tx: Stores,
  replay: Replay,
  session: ExecutionSession,
  { passed, counts }: Verified,
  range: { from: number; to: number; takesBack: boolean },
): Promise<void> {
  if (counts.consumed_past === 0 && !range.takesBack) return;
  const change = { replayId: replay.id, reason: null, by: auditActor, at: deps.clock() };
  const entries = await session.manifest.slice(range.from, range.to);
  const { consumed = [], other = [] } = Object.groupBy(entries, ({ ordinal }) =>
    hasBit(passed, ordinal) ? 'consumed' : 'other',
  );
  if (range.takesBack && other.length > 0) await tx.dispositions.takeBack(replay.clusterId, other, change);
  if (consumed.length > 0)
    await tx.dispositions.set(replay.clusterId, consumed, { ...change, disposition: 'consumed_past' });
}

const finish = (
  step: ReplayRun['steps'][number],
  state: ReplayState,
  now: Date,
): ReplayRun['steps'][number] =>
  step.state === 'running'
    ? { ...step, state: state === 'verified' ? 'passed' : 'failed', finishedAt: now.toISOString() }
    : step;
