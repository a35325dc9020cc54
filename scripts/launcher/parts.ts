import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { portTakenExit } from '#lib/http/exit-codes.ts';
import type { DatabaseUrls } from './database.ts';
import type { Settings } from './settings.ts';
import type { ServiceSpec } from './supervisor.ts';

/** Where the things are that the parts talk to. */
export type Surroundings = DatabaseUrls & {
  kafkaBrokers: string | null;
  port: number;
  /** Where the demo's payment provider listens: its flow declares it as a probe. */
  demoProviderPort: number;
};

const launcherOnly = new Set([
  'DATABASE_URL',
  'SLUICE_DEMO',
  'SLUICE_DEMO_IDENTITIES',
  'SLUICE_APP_DATABASE_URL',
  'KAFKA_BROKERS',
]);

/** The environment of Sluice's own processes: the app's role only, never the owner's connection string. */
export function partEnvironment(
  env: NodeJS.ProcessEnv,
  settings: Settings,
  around: Surroundings,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !launcherOnly.has(name) && !/^npm_/i.test(name));
  return {
    ...Object.fromEntries(kept),
    NODE_ENV: settings.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HOST: settings.host,
    PORT: String(around.port),
    SLUICE_HOME: settings.home,
    SLUICE_DIST_DIR: settings.distDir,
    SLUICE_APP_DATABASE_URL: around.appUrl,
    ...(around.kafkaBrokers ? { KAFKA_BROKERS: around.kafkaBrokers } : {}),
    ...(settings.configFile ? { SLUICE_CONFIG: settings.configFile } : {}),
    ...(settings.demo ? { DEMO_PROVIDER_PORT: String(around.demoProviderPort) } : {}),
    ...(settings.demoIdentities ? { SLUICE_DEMO_IDENTITIES: '1' } : {}),
  };
}

/**
 * The worker's memory is bounded: without, V8 sizes its heap by the machine and lets four times of what is in use stand. What a worker holds is bounded by
 * design (windows, chunks, batches), so that running into this would be a bug that should show. Prisma's WebAssembly only puts statements together, so
 * the optimizing compiler for it costs more memory (40 MB) than it saves time. The last flag lets it collect what large batches took, see `expanded-garbage.ts`.
 */
export const workerFlags = [
  '--max-old-space-size=640',
  '--max-semi-space-size=8',
  '--liftoff-only',
  '--expose-gc',
] as const;

/**
 * What an answer is made of is dead when it is sent, but what is alive when the garbage collector comes is copied: looking often at little keeps the slowest
 * answers short (a list of 100 groups, p95: 44 to 63 ms with 4 MB, 64 to 80 with the 16 of V8). A plan of a million records goes through them page by page:
 * that the heap may only double before all of it is looked at costs it a tenth of its CPU, beside which Postgres has the other core, and spares 85 MB.
 */
export const webFlags = ['--max-semi-space-size=4', '--heap-growing-percent=100', '--expose-gc'] as const;

/** Large buffers go back to the system when they are let go of; glibc would learn from a big cluster's answers to keep them. */
export const workerEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
} as const;

const scripts = {
  web: { file: 'lib/http/serve.ts', title: 'The web', graceMs: 6000 },
  worker: { file: 'lib/worker/main.ts', title: 'The worker', graceMs: 15_000 },
  demo: { file: 'demo/main.ts', title: 'The demo', graceMs: 8000 },
} as const;

export const partScript = (root: string, name: keyof typeof scripts): string =>
  path.join(root, scripts[name].file);

/** One of Sluice's processes, run by the pinned Node without a build; it ends with the launcher (part-guard.mjs). */
export function partService(
  name: keyof typeof scripts,
  settings: Settings,
  at: { env: NodeJS.ProcessEnv; logFile: string; ready: ServiceSpec['ready'] },
): ServiceSpec {
  const guard = pathToFileURL(path.join(settings.root, 'scripts', 'launcher', 'part-guard.mjs')).href;
  const args = [
    ...(name === 'worker' ? workerFlags : []),
    ...(name === 'web' ? webFlags : []),
    '--import',
    guard,
    partScript(settings.root, name),
    ...(name === 'web' && settings.dev ? ['--dev'] : []),
  ];
  return {
    name,
    title: scripts[name].title,
    logFile: at.logFile,
    spawn: (logFd) =>
      spawn(process.execPath, args, {
        cwd: settings.root,
        env: name === 'worker' ? { ...workerEnvironment, ...at.env } : at.env,
        detached: true,
        stdio: ['ignore', logFd, logFd, 'ipc'],
      }),
    ready: at.ready,
    stopSignal: 'SIGTERM',
    graceMs: scripts[name].graceMs,
    hopeless: (code) => (code === portTakenExit ? portTaken(Number(at.env.PORT)) : null),
  };
}

export const portTaken = (port: number): string =>
  `Port ${port} is taken by another program. Stop that one, or choose another: PORT=${port + 1} npm start`;
