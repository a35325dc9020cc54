import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import { emptyOutcomeRoot, outcomeLeaf, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import { growMerkle } from '#lib/domain/replays/merkle.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';

/** Every final outcome in ordinal order: what was sent, skipped, failed or stayed unknown. */
export async function allOutcomes(
  deps: Pick<ExecutionDeps, 'database'>,
  replayId: string,
): Promise<PackedOutcome[]> {
  const outcomes: PackedOutcome[] = [];
  for await (const batch of deps.database.stores.replayBatches.settled(replayId))
    outcomes.push(...(batch.outcome ?? []));
  return outcomes.sort((a, b) => a[0] - b[0]);
}

/** Merkle root over the outcomes, which the audit keeps; batch after batch, in ordinal order. */
export async function executionRoot(
  deps: Pick<ExecutionDeps, 'database'>,
  replay: Replay,
): Promise<{ root: Sha256; entries: number }> {
  const tree = growMerkle();
  let entries = 0;
  let last = -1;
  for await (const batch of deps.database.stores.replayBatches.settled(replay.id))
    for (const outcome of (batch.outcome ?? []).toSorted((a, b) => a[0] - b[0])) {
      if (outcome[0] <= last) throw new Error(`Entry ${outcome[0]} of replay ${replay.id} has two outcomes.`);
      last = outcome[0];
      entries++;
      tree.add(outcomeLeaf(outcome));
    }
  return { root: entries === 0 ? emptyOutcomeRoot : tree.root(), entries };
}
