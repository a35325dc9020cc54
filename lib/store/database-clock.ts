import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';

const everyMs = 30_000;
const againMs = 1000;

export type DatabaseClock = {
  /**
   * The database's time, carried on by this process's monotonic clock: a process whose own clock is wrong, or is set while it runs,
   * decides by the same time as all others. Before the first answer it is this machine's time.
   */
  now: () => Date;
  /** Asks the database once, and keeps the answer. @throws what the database throws */
  sync: () => Promise<void>;
  /** Asks until it has answered, then now and again, until the signal. @param known called after the first answer */
  keep: (signal: AbortSignal, known?: () => void) => Promise<void>;
};

/** @param monotonicMs a clock that nobody sets */
export function createDatabaseClock(
  database: Pick<Database, 'time'>,
  log: (message: string) => void,
  monotonicMs: () => number = () => performance.now(),
): DatabaseClock {
  let aheadMs: number | null = null;

  const sync = async () => {
    const asked = monotonicMs();
    const time = await database.time();
    const answered = monotonicMs();
    // The answer was made somewhere between: in the middle it is wrong by at most half of the way.
    aheadMs = time.getTime() - (asked + answered) / 2;
  };
  return {
    now: () => (aheadMs === null ? new Date() : new Date(Math.round(monotonicMs() + aheadMs))),
    sync,
    async keep(signal, known = () => undefined) {
      let first = true;
      let failing = false;
      while (!signal.aborted) {
        const answered = await sync().then(
          () => true,
          (error: Error) => {
            // Once a trouble, however long it lasts.
            if (!failing) log(`the database was asked for its time: ${error.message}`);
            return false;
          },
        );
        failing = !answered;
        if (answered && first) {
          first = false;
          known();
        }
        await sleep(answered ? everyMs : againMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
