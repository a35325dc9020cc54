import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildWeb } from './build.ts';
import {
  type EmbeddedContext,
  readyDatabase,
  startEmbeddedKafka,
  startEmbeddedPostgres,
} from './embedded.ts';
import { generateClient } from './generate.ts';
import { waitUntilReady } from './health.ts';
import { type Home, removeFile, writeJson } from './home.ts';
import { stopOrder } from './leftovers.ts';
import { partEnvironment, partScript, partService, type Surroundings } from './parts.ts';
import { choosePorts } from './ports.ts';
import { keepRecords } from './process-records.ts';
import { runCommand } from './run-command.ts';
import { baseUrlOf, type Settings } from './settings.ts';
import type { Steps } from './steps.ts';
import { type Service, type ServiceName, type ServiceSpec, superviseService } from './supervisor.ts';

export type Sluice = {
  /** Starts everything; resolves when it is ready. @throws whatever went wrong first; then `stop` */
  start: () => Promise<Surroundings>;
  /** Ends the web and the worker and starts them anew; resolves when they run. @throws StartError when one can't be kept alive */
  restartParts: () => Promise<void>;
  /** Stops what runs, users before what they use. */
  stop: () => Promise<void>;
  kill: () => void;
};

/** All that one `npm start` runs. @param gaveUp called once when a part can't be kept alive */
export function createSluice(
  settings: Settings,
  home: Home,
  at: { port: number; steps: Steps; gaveUp: (reason: string) => void },
): Sluice {
  const { steps } = at;
  const services = new Map<ServiceName, Service>();
  const records = keepRecords(home.processes);
  const over = new AbortController();
  let branches: Promise<unknown>[] = [];
  let around: Surroundings | null = null;
  let ready = false;

  function writeRuntime(): void {
    if (!ready || !around) return;
    const pid = (name: ServiceName) => services.get(name)?.pid() ?? null;
    writeJson(home.runtime, {
      kafkaBrokers: around.kafkaBrokers,
      databaseUrl: around.ownerUrl,
      pids: {
        launcher: process.pid,
        web: pid('web'),
        worker: pid('worker'),
        postgres: pid('postgres'),
        kafka: pid('kafka'),
        demo: pid('demo'),
      },
    });
  }

  function run(spec: ServiceSpec, marker: string): Promise<void> {
    over.signal.throwIfAborted();
    const service = superviseService(spec, {
      spawned: (name, pid) => {
        records.add(name, pid, marker);
        writeRuntime();
      },
      report: (line) => steps.problem(line),
      gaveUp: at.gaveUp,
    });
    services.set(spec.name, service);
    return service.start();
  }

  async function startData(): Promise<Omit<Surroundings, 'port'>> {
    const ports = await choosePorts(home.ports);
    const context: EmbeddedContext = {
      root: settings.root,
      home,
      ports,
      steps,
      signal: over.signal,
      durable: true,
      run,
    };
    const postgres = async () => {
      const ownerUrl = settings.databaseUrl ?? (await startEmbeddedPostgres(context, 'sluice'));
      return readyDatabase(ownerUrl, settings, home, steps);
    };
    const kafka = async () => (settings.embedKafka ? startEmbeddedKafka(context) : settings.kafkaBrokers);
    const build = async () => {
      await steps.run(
        null,
        () => generateClient(settings.root, over.signal),
        (made) => (made ? 'database client generated' : null),
      );
      if (settings.dev) return;
      await steps.run(
        null,
        () => buildWeb(settings.root, settings.distDir, over.signal),
        (built) => (built ? 'console built' : 'console unchanged, not built again'),
      );
    };
    const started = [postgres(), kafka(), build()] as const;
    branches = [...started];
    const [urls, kafkaBrokers] = await Promise.all(started);
    return { ...urls, kafkaBrokers, demoProviderPort: ports.demoProvider };
  }

  /** First users, or the set-up token: it says so itself. */
  async function bootstrap(env: NodeJS.ProcessEnv): Promise<void> {
    const said = await runCommand({
      what: 'Making the first users',
      file: process.execPath,
      args: [path.join(settings.root, 'lib', 'auth', 'bootstrap-main.ts')],
      options: { cwd: settings.root, env },
      signal: over.signal,
    });
    for (const line of said.split('\n').filter((text) => text.trim() !== '')) steps.say(line);
  }

  async function startParts(now: Surroundings): Promise<void> {
    const env = partEnvironment(process.env, settings, now);
    await bootstrap(env);
    // They serve nobody who could be asked: whoever lives this long has read its configuration and loaded its code.
    const alive: ServiceSpec['ready'] = async ({ signal }) => sleep(1500, undefined, { signal });
    const part = (
      name: 'web' | 'worker' | 'demo',
      extra: Record<string, string>,
      whenReady: ServiceSpec['ready'],
    ) =>
      run(
        partService(name, settings, { env: { ...env, ...extra }, logFile: home.log(name), ready: whenReady }),
        partScript(settings.root, name),
      );
    const health: ServiceSpec['ready'] = ({ signal }) =>
      waitUntilReady(baseUrlOf(settings.host, now.port), { timeoutMs: 90_000, signal });
    const started = [part('worker', {}, alive), part('web', {}, health)];
    if (settings.demo) started.push(part('demo', { DATABASE_URL: now.ownerUrl }, alive));
    branches = started;
    await steps.run(
      null,
      () => Promise.all(started),
      () => `web, worker${settings.demo ? ' and demo' : ''} running`,
    );
  }

  return {
    async start() {
      around = { ...(await startData()), port: at.port };
      await startParts(around);
      ready = true;
      writeRuntime();
      return around;
    },
    async restartParts() {
      await Promise.all((['worker', 'web'] as const).map((name) => services.get(name)?.restart()));
    },
    async stop() {
      ready = false;
      over.abort(new Error('stopped'));
      removeFile(home.runtime);
      for (const name of stopOrder) await services.get(name)?.stop();
      await Promise.allSettled(branches);
      records.clear();
    },
    kill() {
      over.abort(new Error('killed'));
      for (const name of stopOrder) services.get(name)?.kill();
      if (existsSync(home.runtime)) removeFile(home.runtime);
    },
  };
}
