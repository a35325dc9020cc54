import { spawn } from 'node:child_process';
import { killGroup } from '../launcher/run-command.ts';

export type Live = {
  args: readonly string[];
  env?: Record<string, string>;
  /** Holds the output back until the end (for what runs beside something else). */
  quiet?: boolean;
};

/** A product among them stops its broker first, which may take half a minute: killed before, it would leave that behind. */
const endWithinMs = 60_000;

/** Runs programs on this Node, their output as it comes, each in a process group that can be ended as a whole. */
export function createRunner(root: string, signal: AbortSignal) {
  const { FORCE_COLOR: _, ...plain } = process.env; // some programs colour for its mere presence
  return ({ args, env = {}, quiet = false }: Live): Promise<number> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const child = spawn(process.execPath, args, {
        cwd: root,
        detached: true,
        env: { ...plain, NEXT_TELEMETRY_DISABLED: '1', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const held: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (quiet ? held.push(chunk) : process.stdout.write(chunk)));
      const end = () => {
        killGroup(child.pid, 'SIGTERM');
        setTimeout(() => killGroup(child.pid, 'SIGKILL'), endWithinMs).unref();
      };
      signal.addEventListener('abort', end, { once: true });
      child.on('error', reject);
      child.on('close', (code) => {
        signal.removeEventListener('abort', end);
        killGroup(child.pid, 'SIGKILL'); // whatever it left behind
        for (const chunk of held) process.stdout.write(chunk);
        if (signal.aborted) reject(signal.reason);
        else resolve(code ?? 1);
      });
    });
}
export type Run = ReturnType<typeof createRunner>;
