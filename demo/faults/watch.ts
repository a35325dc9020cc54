import { setTimeout as sleep } from 'node:timers/promises';
import { log, reasonOf } from '../log.ts';
import {
  acknowledge,
  beat,
  type FaultRow,
  type Queryable,
  readFaults,
  readInstance,
  signOff,
} from './control.ts';
import type { FaultState } from './fault.ts';

const pollMs = 250;
const beatMs = 2000;
const staleMs = 6000;

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

/** Two demos on one database would send everything twice: wait until an earlier one has gone. */
export async function takeOver(db: Queryable, signal: AbortSignal): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    const other = await readInstance(db);
    const alive =
      other !== null && other.pid !== process.pid && other.heartbeatAgeMs < staleMs && !isGone(other.pid);
    if (!alive) break;
    if (!told) log('platform', `waiting for another demo (pid ${other.pid}) on this database to end`);
    await sleep(pollMs, undefined, { signal }).catch(() => undefined); // woken by stop
  }
  await beat(db, process.pid);
}

/**
 * Carries requested faults into the running services. A request is acknowledged only after `apply` has resolved,
 * that is, when nothing that began under the earlier state is still under way.
 */
export function watchFaults(db: Queryable, state: FaultState, apply: () => Promise<void>) {
  const stopped = new AbortController();

  const carry = async (rows: FaultRow[]) => {
    for (const { name, enabled } of rows) state[name] = enabled;
    await apply();
    await acknowledge(db, rows);
    log('faults', rows.map(({ name, enabled }) => `${name} ${enabled ? 'on' : 'off'}`).join(', '));
  };

  const run = async () => {
    const carried = new Map<string, bigint>();
    let beatAt = 0;
    let troubled = false;
    while (!stopped.signal.aborted) {
      try {
        const rows = (await readFaults(db)).filter(({ name, revision }) => carried.get(name) !== revision);
        if (rows.length > 0) await carry(rows);
        for (const { name, revision } of rows) carried.set(name, revision);
        if (Date.now() - beatAt >= beatMs) {
          await beat(db, process.pid);
          beatAt = Date.now();
        }
        troubled = false;
      } catch (error) {
        if (!troubled) log('faults', `can't read or acknowledge faults, trying on: ${reasonOf(error)}`);
        troubled = true;
      }
      await sleep(pollMs, undefined, { signal: stopped.signal }).catch(() => undefined); // woken by stop
    }
  };
  const running = run();

  return {
    async stop() {
      stopped.abort();
      await running;
      await signOff(db, process.pid);
    },
  };
}
