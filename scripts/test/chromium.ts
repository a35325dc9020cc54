import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { StartError } from '../launcher/start-error.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const canRun = (file: string) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (env: NodeJS.ProcessEnv): string | null => {
  const folders = [
    ...(env.PATH ?? '').split(path.delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/google/chrome',
  ];
  for (const name of names)
    for (const folder of folders)
      if (folder !== '' && canRun(path.join(folder, name))) return path.join(folder, name);
  return null;
};

/**
 * The browser of the end-to-end tests: CHROMIUM_PATH, else one on the PATH, else installed by apt when this is root on Debian.
 * @throws StartError saying how to get one
 */
export function findChromium(env: NodeJS.ProcessEnv, write: (line: string) => void): string {
  if (env.CHROMIUM_PATH) {
    if (canRun(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new StartError(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which can't be run.`);
  }
  const there = onPath(env);
  if (there) return there;
  if (process.getuid?.() === 0 && canRun('/usr/bin/apt-get')) {
    write('  … installing Chromium by apt-get, for the end-to-end tests');
    const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' } as const;
    spawnSync('apt-get', ['update', '-q'], quiet);
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], quiet);
    const installed = onPath(env);
    if (installed) return installed;
  }
  throw new StartError(
    'The end-to-end tests need Chromium. Install it (Debian: apt-get install chromium), or name one by CHROMIUM_PATH.',
  );
}
