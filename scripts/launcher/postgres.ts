import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitForLine } from './log-file.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { runCommand } from './run-command.ts';
import type { ServiceSpec } from './supervisor.ts';

const environment: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PATH: process.env.PATH,
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Makes the cluster's files on first use; a folder that initdb left half-made is made anew. */
export async function initPostgres(
  place: PostgresPlace,
  password: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (
    existsSync(path.join(place.data, 'PG_VERSION')) &&
    existsSync(path.join(place.data, '.sluice-complete'))
  )
    return false;
  for (const name of readdirSync(place.data)) rmSync(path.join(place.data, name), { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-initdb-'));
  const passwordFile = path.join(folder, 'password');
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (place.runAs.uid !== undefined) {
      chownSync(folder, place.runAs.uid, place.runAs.gid);
      chownSync(passwordFile, place.runAs.uid, place.runAs.gid);
    }
    await runCommand({
      what: 'Making the Postgres data folder',
      file: path.join(place.bin, 'initdb'),
      args: [
        ...[
          '-D',
          place.data,
          '-U',
          'postgres',
          '-A',
          'scram-sha-256',
          `--pwfile=${passwordFile}`,
          '-E',
          'UTF8',
        ],
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ],
      options: { ...place.runAs, cwd: '/', env: environment },
      signal,
    });
    writeFileSync(path.join(place.data, '.sluice-complete'), '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

/** @param options.durable false only where the data is thrown away afterwards (tests) */
export function postgresService(
  place: PostgresPlace,
  options: { port: number; logFile: string; durable: boolean },
): ServiceSpec {
  const settings = [
    'max_connections=200',
    // An index of a million dead letters is as large (docs/adr/0046).
    'shared_buffers=512MB',
    'log_min_messages=warning',
    'log_checkpoints=off',
  ];
  if (!options.durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  return {
    name: 'postgres',
    title: 'Postgres',
    logFile: options.logFile,
    spawn: (logFd) =>
      spawn(
        path.join(place.bin, 'postgres'),
        [
          ...['-D', place.data, '-p', String(options.port), '-h', '127.0.0.1', '-k', ''],
          ...settings.flatMap((setting) => ['-c', setting]),
        ],
        {
          ...place.runAs,
          cwd: '/',
          env: environment,
          detached: true,
          stdio: ['ignore', logFd, logFd],
        },
      ),
    ready: ({ logFrom, signal }) =>
      waitForLine(options.logFile, logFrom, /ready to accept connections/, { timeoutMs: 60_000, signal }),
    stopSignal: 'SIGINT', // "fast": ends sessions, then writes a checkpoint
    graceMs: 20_000,
  };
}
