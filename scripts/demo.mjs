// npm run demo -- heal|break <fault> | status. Starts on any Node from 20.19 with builtins only, goes on under the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const pinned = path.join(
  repository,
  'node_modules',
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

if (!existsSync(pinned) && Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    'Sluice is not installed yet (its own Node is missing): run `npm start` first, it installs what is needed.',
  );
  process.exit(1);
}

const child = spawn(
  existsSync(pinned) ? pinned : process.execPath,
  [path.join(repository, 'demo/faults/cli.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`The demo's command could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
