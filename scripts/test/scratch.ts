import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import { endLeftPostgres } from './left-postgres.ts';

const memory = '/dev/shm';
const prefix = 'sluice-tests-';
const gibibyte = 1024 ** 3;
/** A run leaves about one there until it ends; its programs need as much again, several times. */
const leastRoom = 4 * gibibyte;
const leastFree = 8 * gibibyte;
const tmpfs = 0x0102_1994;

function hasRoom(): boolean {
  try {
    accessSync(memory, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(memory);
    return type === tmpfs && bavail * bsize >= leastRoom && freemem() >= leastFree;
  } catch {
    return false;
  }
}

/** Tests run scripts that they write. */
function runsPrograms(folder: string): boolean {
  const probe = path.join(folder, 'probe');
  writeFileSync(probe, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const { status } = spawnSync(probe);
  rmSync(probe);
  return status === 0;
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

function removeWhole(folder: string): void {
  endLeftPostgres(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** What a run that was killed has left there would keep its memory until the machine starts anew. */
function removeLeftovers(): void {
  for (const name of readdirSync(memory)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-', 1)[0]) : Number.NaN;
    if (pid > 0 && isGone(pid)) removeWhole(path.join(memory, name));
  }
}

function makeFolder(within: string): string {
  const folder = mkdtempSync(path.join(within, `${prefix}${process.pid}-`));
  chmodSync(folder, 0o711); // Postgres runs as another user under root, and passes through here
  return folder;
}

/**
 * A folder for everything that a run of the tests throws away, in memory where there is enough of it: topics and databases are thousands of small
 * files, and making one on a disk takes ten times as long. Nothing that is tried ends with the machine, so what was written is there either way.
 */
export function openScratch(): { folder: string; remove: () => void } {
  let folder: string | null = null;
  if (hasRoom()) {
    removeLeftovers();
    folder = makeFolder(memory);
    if (!runsPrograms(folder)) {
      rmSync(folder, { recursive: true });
      folder = null;
    }
  }
  const chosen = folder ?? makeFolder(tmpdir());
  return { folder: chosen, remove: () => removeWhole(chosen) };
}
