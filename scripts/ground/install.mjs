import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const markerOf = (root) => path.join(root, 'node_modules', '.sluice-install');

/** What an installation depends on: the lock file, the manifest and the platform. */
function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', 'package.json'])
    hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** @returns whether node_modules is what package-lock.json says, as far as the last installation by Sluice tells */
export function isInstalled(root) {
  try {
    return fs.readFileSync(markerOf(root), 'utf8') === fingerprint(root);
  } catch {
    return false;
  }
}

/**
 * Installs the exact dependencies. `npm install` and not `npm ci`, which refuses a lock file without the native packages
 * of other platforms (and `--no-save`, since it would add them); `--ignore-scripts` since no dependency needs its own, and one of them would download.
 */
export async function install(root) {
  const started = Date.now();
  console.log('  … installing the dependencies (once; again when package-lock.json changes)');
  const child = spawn(
    'npm',
    [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--include=dev',
      '--include=optional',
      '--loglevel=error',
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: withoutPrefix(process.env) },
  );
  let said = '';
  const keep = (chunk) => {
    said = (said + chunk).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      keep(`npm can't be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', resolve);
  });
  if (code !== 0) {
    console.error(
      `${said.trim()}\n\nThe dependencies could not be installed (npm install ended with ${code}, in ${root}).`,
    );
    process.exit(1);
  }
  fs.writeFileSync(markerOf(root), fingerprint(root));
  console.log(`  ✓ dependencies installed  ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** `npm --prefix` would otherwise lead the inner npm astray; every other setting of the user counts. */
function withoutPrefix(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_config_(local_)?prefix$/i.test(name)),
  );
}
