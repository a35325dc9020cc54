import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Identity, identify, isRunning } from './process-identity.ts';
import { messageOf, StartError } from './start-error.ts';

type Holder = Identity & { url: string; stopping: boolean };
export type Lock = { markStopping: () => void; release: () => void };

const holderOf = (file: string): Holder | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
};

function tryTake(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StartError(`${file} can't be written: ${messageOf(error)}`);
  }
}

/** Takes away the lock of a dead process. Renaming decides between two who try at once; a lock that turns out to live is put back. */
function clearDead(file: string): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another one was quicker
  }
  const holder = holderOf(aside);
  if (holder && isRunning(holder)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

/**
 * One launcher a home. Waits for a holder that is about to stop, so that "stop, then start" needs no pause between.
 * @throws StartError naming the process that holds it
 */
export async function takeLock(
  file: string,
  url: string,
  waitMs: { running: number; stopping: number } = { running: 2500, stopping: 45_000 },
): Promise<Lock> {
  const self = identify(process.pid);
  if (!self) throw new Error(`Process ${process.pid} can't be looked up.`);
  const holder: Holder = { ...self, url, stopping: false };
  const started = Date.now();
  while (!tryTake(file, holder)) {
    const other = holderOf(file);
    if (!other || !isRunning(other)) {
      clearDead(file);
      continue;
    }
    if (Date.now() - started > (other.stopping ? waitMs.stopping : waitMs.running))
      throw new StartError(
        `Sluice already runs on this SLUICE_HOME (process ${other.pid}, ${other.url}). ` +
          'Stop that one first, or give this one its own SLUICE_HOME and PORT.',
      );
    await sleep(100);
  }
  return {
    markStopping: () => {
      writeFileSync(`${file}.next`, JSON.stringify({ ...holder, stopping: true }), { mode: 0o600 });
      renameSync(`${file}.next`, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}
