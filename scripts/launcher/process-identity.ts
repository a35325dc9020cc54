import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Tells one process from every other that had or will have its id. */
export type Identity = { pid: number; startedAt: string };

/** What the system says about a running process. */
export type Seen = Identity & {
  command: string;
  /** Variables it was started with; null where the system does not tell. */
  environment: string | null;
};

const seenOnLinux = (pid: number): Seen | null => {
  try {
    // Field 22, counted after the name in parentheses, which may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, startedAt: fields[19] ?? '', command, environment: environmentOf(pid) };
  } catch {
    return null; // gone, or not ours to look at
  }
};

function environmentOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return null;
  }
}

const seenByPs = (pid: number): Seen | null => {
  try {
    const line = execFileSync('ps', ['-p', String(pid), '-o', 'lstart=,args='], { encoding: 'utf8' }).trim();
    return line === ''
      ? null
      : { pid, startedAt: line.slice(0, 24), command: line.slice(24).trim(), environment: null };
  } catch {
    return null; // ps ends with 1 when there is no such process
  }
};

/** @returns null when no such process runs (a zombie does not) */
export function lookAt(pid: number): Seen | null {
  if (!Number.isInteger(pid) || pid <= 1) return null;
  return process.platform === 'linux' ? seenOnLinux(pid) : seenByPs(pid);
}

/** @returns whether exactly this process still runs */
export const isRunning = (identity: Identity): boolean =>
  lookAt(identity.pid)?.startedAt === identity.startedAt;

export function identify(pid: number): Identity | null {
  const seen = lookAt(pid);
  return seen && { pid, startedAt: seen.startedAt };
}
