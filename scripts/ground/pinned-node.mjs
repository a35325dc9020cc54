import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Sluice runs TypeScript unbuilt and reads zstd: both came with this one. */
const neededMajor = 24;

/**
 * The Node that everything runs on: the package pinned in package-lock.json, else this one when it is new enough.
 * @returns its absolute path
 */
export function pinnedNode(root) {
  const name = `node-${process.platform}-${process.arch}`;
  const pinned = path.join(root, 'node_modules', name, 'bin', 'node');
  if (fs.existsSync(pinned)) {
    const real = fs.realpathSync(pinned);
    if (real === fs.realpathSync(process.execPath)) return real;
    const answer = spawnSync(real, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0) return real;
  }
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  console.error(
    `Sluice runs on Node ${neededMajor} or later. It pins one by the npm package ${name}, which is missing or does not run here, ` +
      `and this one is ${process.versions.node}. Start it with a Node ${neededMajor} of your own.`,
  );
  process.exit(1);
}
