import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, isInstalled } from './install.mjs';
import { requireNode } from './node-version.mjs';
import { watchNpm } from './npm-watch.mjs';
import { pinnedNode } from './pinned-node.mjs';

export const root = path.resolve(import.meta.dirname, '..', '..');

/**
 * How every script begins, on any Node that may begin: install what is missing, then go on under the pinned Node.
 * @param {string} entry TypeScript module below scripts/ that exports `main(root, args): Promise<number>`
 * @param {{ beforeInstall?: () => Promise<void> }} [options] a cheap refusal that need not wait for an installation
 */
export async function enter(entry, options = {}) {
  requireNode();
  if (!isInstalled(root)) {
    await options.beforeInstall?.();
    await install(root);
  }
  // Sources run unbuilt: what Node keeps of them saves every later process its time, and 20 MB of a compiler.
  process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules', '.cache', 'node');
  const node = pinnedNode(root);
  const file = path.join(root, 'scripts', entry);
  const args = process.argv.slice(2);
  if (fs.realpathSync(node) === fs.realpathSync(process.execPath)) {
    const { main } = await import(pathToFileURL(file).href);
    process.exit(await main(root, args));
  }
  handOver(node, file, args);
}

/** Runs the entry as a child that ends with this process (it watches the IPC channel), and ends as it ends. */
function handOver(node, file, args) {
  const child = spawn(node, [path.join(import.meta.dirname, 'run-entry.mjs'), file, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // So that the time it took counts from here, the installation included.
    env: { ...process.env, SLUICE_BEGAN_AT: String(Math.round(Date.now() - process.uptime() * 1000)) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`${node} can't be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal) console.error(`Ended by ${signal}.`);
    process.exit(code ?? 1);
  });
}
