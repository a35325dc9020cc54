#!/usr/bin/env node
// Plain JavaScript for whichever Node is on the PATH (20.19 or later): it only goes on under the Node that this checkout pins.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
const [major = 0] = process.versions.node.split('.').map(Number);

if (!existsSync(pinned) && major < 24) {
  console.error(`sluice: ${pinned} is missing. Run "npm install" in ${root}, or use Node 24 or later.`);
  process.exit(1);
}
// Half of a short command was reading and compiling the same files again.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node');
const child = spawn(
  existsSync(pinned) ? pinned : process.execPath,
  [join(root, 'lib', 'cli', 'main.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`sluice: could not start Node: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
