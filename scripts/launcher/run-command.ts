import { type SpawnOptions, spawn } from 'node:child_process';
import { StartError } from './start-error.ts';

export type Command = {
  /** What it is for, for the message when it fails. */
  what: string;
  file: string;
  args: readonly string[];
  options?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>;
  signal: AbortSignal;
};

/**
 * Runs a command to its end, in a process group of its own, so that giving up takes its children along.
 * @returns everything it wrote
 * @throws StartError with its last lines when it fails
 */
export function runCommand({ what, file, args, options, signal }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const giveUp = () => killGroup(child.pid, 'SIGKILL');
    signal.addEventListener('abort', giveUp, { once: true });
    child.on('error', (error) =>
      reject(new StartError(`${what}: ${file} can't be started: ${error.message}`)),
    );
    child.on('close', (code, ended) => {
      signal.removeEventListener('abort', giveUp);
      if (signal.aborted) reject(signal.reason);
      else if (code === 0) resolve(said);
      else reject(new StartError(`${what} failed (${ended ?? `exit ${code}`}):\n${lastOf(said)}`));
    });
  });
}

const lastOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-25)
    .map((line) => `    ${line}`)
    .join('\n');

/** Signals a process and all of its group; one that is gone is no error. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
