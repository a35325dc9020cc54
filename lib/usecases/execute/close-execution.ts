import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import { emptyOutcomeRoot, outcomeLeaf } from '#lib/domain/replays/batch.ts';
import { growMerkle } from '#lib/domain/replays/merkle.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { outcomesInOrder } from './settled-batches.ts';

/** Merkle root over the outcomes, which the audit keeps, in ordinal order. */
export async function executionRoot(
  deps: Pick<ExecutionDeps, 'database'>,
  replay: Replay,
): Promise<{ root: Sha256; entries: number }> {
  const tree = growMerkle();
  let entries = 0;
  let last = -1;
  for await (const outcome of outcomesInOrder(deps, replay)) {
    if (outcome[0] <= last) throw new Error(`Entry ${outcome[0]} of replay ${replay.id} has two outcomes.`);
    last = outcome[0];
    entries++;
    tree.add(outcomeLeaf(outcome));
  }
  return { root: entries === 0 ? emptyOutcomeRoot : tree.root(), entries };
}
