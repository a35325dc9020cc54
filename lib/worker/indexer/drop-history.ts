import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/store/database.ts';

/** Small, since nobody can write to the topic meanwhile. */
const rowsPerTransaction = 1000;
/** Between two transactions, so that indexing comes first. */
const pauseMs = 20;
/** In one turn: the next one begins anew, and the counts are added up in between. */
const rowsPerTurn = 200_000;

/**
 * Drops what lies below the start of the log and is not needed, a little at a time.
 * @param before only what retention took before
 * @returns how many rows went
 */
export async function dropHistory(
  database: Pick<Database, 'stores' | 'transact'>,
  clusterId: string,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let dropped = 0;
  for (const place of await database.stores.deadLetterHistory.partitions(clusterId)) {
    let after = -1n;
    for (;;) {
      if (signal.aborted || dropped >= rowsPerTurn) return dropped;
      const from = after;
      const step = await database.transact((stores) =>
        stores.deadLetterHistory.dropBelow(place, from, before, rowsPerTransaction),
      );
      dropped += step.dropped;
      if (step.lookedTo === null) break;
      after = step.lookedTo;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return dropped;
}
