import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { log } from '../log.ts';

type FromProvider = { kind: 'listening'; port: number } | { kind: 'applied'; revision: number };

/** The provider's process, as seen by the demo that starts it. */
export type ProviderProcess = {
  /** Where it listens now; waits while it is being started again. */
  baseUrl: () => Promise<string>;
  /** Resolves when the provider itself says that it is down or up. */
  setDown: (down: boolean) => Promise<void>;
  stop: () => Promise<void>;
};

const restartMs = 500;

/** Starts it, and starts it again when it dies. */
export function startProvider(databaseUrl: string): ProviderProcess {
  let child: ChildProcess | null = null;
  let stopping = false;
  let down = false;
  let revision = 0;
  let address = Promise.withResolvers<string>();
  const awaited = new Map<number, () => void>();

  let port = 0;
  const tell = () => child?.connected && child.send({ revision, down });

  const launch = () => {
    const started = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.on('message', (message: FromProvider) => {
      if (message.kind === 'listening') {
        log('provider', `pid ${started.pid} listens on port ${message.port}`);
        port = message.port;
        tell();
        return;
      }
      if (message.revision !== revision) return;
      address.resolve(`http://127.0.0.1:${port}`); // not before it knows whether it is down
      for (const [wanted, done] of awaited) if (wanted <= message.revision) done();
    });
    started.on('exit', async (code, signal) => {
      if (stopping) return;
      log('provider', `ended unexpectedly (${signal ?? `code ${code}`}), starting it again`);
      address = Promise.withResolvers();
      await sleep(restartMs);
      if (!stopping) launch();
    });
  };
  launch();

  return {
    baseUrl: () => address.promise,
    async setDown(value) {
      down = value;
      revision += 1;
      const wanted = revision;
      await new Promise<void>((resolve) => {
        awaited.set(wanted, resolve);
        tell();
      });
      awaited.delete(wanted);
    },
    async stop() {
      stopping = true;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const last = setTimeout(() => child?.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(last);
    },
  };
}
