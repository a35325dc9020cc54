import { type BatchIntent, type BatchRow, packOwn } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';

/** A batch that is about to be noted, under the token of the lease that it is noted by: nothing of it is settled. Which of the range are the shard's own is told by its entries. */
export function newIntent(
  deps: Pick<ExecutionDeps, 'newId' | 'clock'>,
  { id: replayId }: Pick<Replay, 'id'>,
  { shard, lease }: Pick<ExecutionSession, 'shard' | 'lease'>,
  range: Pick<BatchRow, 'fromOrdinal' | 'toOrdinal'>,
  { entries, ...intent }: Omit<BatchIntent, 'own'> & { entries: readonly ManifestEntry[] },
): BatchRow {
  const own = packOwn(range, entries);
  return {
    id: deps.newId(),
    ...{ replayId, shard },
    ...range,
    fencingToken: lease.token,
    intentAt: deps.clock(),
    intent: { ...(own !== undefined && { own }), ...intent },
    ...{ settledAt: null, settlement: null, outcome: null },
  };
}
