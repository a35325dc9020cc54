import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashInputs } from './inputs-hash.ts';
import { takeLock } from './lock.ts';
import { runCommand } from './run-command.ts';

/** Everything that a production build is made from. */
const inputs = [
  ...[
    'app',
    'components',
    'lib',
    'public',
    'proxy.ts',
    'instrumentation.ts',
    'next.config.ts',
    'postcss.config.mjs',
  ],
  ...['tsconfig.json', 'tsconfig.base.json', 'package-lock.json', 'prisma/schema.prisma'],
];
const isTest = (file: string) => /\.test\.tsx?$/.test(file);

/** Builds the web part unless the sources are those of the last build. @returns whether it was built now */
export async function buildWeb(root: string, distDir: string, signal: AbortSignal): Promise<boolean> {
  const marker = path.join(root, distDir, '.sluice-inputs');
  const isBuilt = () => {
    const wanted = hashInputs(root, inputs, isTest);
    return { wanted, done: existsSync(marker) && readFileSync(marker, 'utf8') === wanted };
  };
  if (isBuilt().done) return false;
  const locks = path.join(root, 'node_modules', '.cache', 'sluice');
  mkdirSync(locks, { recursive: true });
  const lock = await takeLock(
    path.join(locks, `build${distDir.replaceAll(/[^\w]/g, '-')}.lock`),
    'building',
    {
      running: 300_000,
      stopping: 0,
    },
  );
  try {
    const { wanted, done } = isBuilt();
    if (done) return false;
    rmSync(marker, { force: true });
    await runCommand({
      what: "Building the console ('next build')",
      file: process.execPath,
      args: [path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'],
      options: {
        cwd: root,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          NEXT_TELEMETRY_DISABLED: '1',
          NO_COLOR: '1',
          SLUICE_DIST_DIR: distDir,
        },
      },
      signal,
    });
    writeFileSync(marker, wanted);
    return true;
  } finally {
    lock.release();
  }
}
