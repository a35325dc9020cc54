import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import { emptyOutcomeRoot, outcomeLeaf } from '#lib/domain/replays/batch.ts';
import { growMerkle } from '#lib/domain/replays/merkle.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { everyOutcome, outcomesInOrder } from './settled-batches.ts';

/**
 * Merkle root over the outcomes of every entry, which the audit keeps, in ordinal order.
 * @param records as many entries have one each; null of an aborted replay, which claims nothing and has to end: over what there is
 * @throws Hold where they are not one each
 */
export async function executionRoot(
  deps: Pick<ExecutionDeps, 'database'>,
  replay: Replay,
  records: number | null,
): Promise<{ root: Sha256; entries: number }> {
  const tree = growMerkle();
  let entries = 0;
  const outcomes = records === null ? outcomesInOrder(deps, replay) : everyOutcome(deps, replay, records);
  for await (const outcome of outcomes) {
    entries++;
    tree.add(outcomeLeaf(outcome));
  }
  return { root: entries === 0 ? emptyOutcomeRoot : tree.root(), entries };
}
