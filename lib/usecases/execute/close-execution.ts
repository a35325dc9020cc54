import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import { outcomeRoot, type PackedOutcome } from '#lib/domain/replays/batch.ts';
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

/** Merkle root over the outcomes, which the audit keeps. */
export async function executionRoot(
  deps: Pick<ExecutionDeps, 'database'>,
  replay: Replay,
): Promise<{ root: Sha256; entries: number }> {
  const outcomes = await allOutcomes(deps, replay.id);
  return { root: outcomeRoot(outcomes), entries: outcomes.length };
}
