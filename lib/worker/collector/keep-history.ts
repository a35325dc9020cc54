import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/store/database.ts';
import { rollUp } from './roll-up.ts';

const everyMs = 15_000;
const dropEveryMs = 600_000;

type Deps = {
  cluster: string;
  database: Pick<Database, 'stores' | 'collectorWriter'>;
  clock: () => Date;
  log: (message: string) => void;
};

/** Keeps the history of a cluster until the signal: minutes rolled up, what is past its time dropped. A failure is logged and the next turn comes all the same. */
export async function keepHistory(
  { cluster, database, clock, log }: Deps,
  signal: AbortSignal,
): Promise<void> {
  let droppedAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      await rollUp(database, cluster, clock());
      if (performance.now() - droppedAtMs >= dropEveryMs) {
        droppedAtMs = performance.now();
        await database.stores.lag.history.dropExpired();
      }
    } catch (error) {
      log(`history of ${cluster}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
