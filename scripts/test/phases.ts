import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildWeb } from '../launcher/build.ts';
import { findChromium } from './chromium.ts';
import { type Counts, checkCounts, playwrightCounts, vitestCounts } from './counts.ts';
import type { Run } from './run-live.ts';

/** The tests' own build, so that a running `npm start` keeps its own. */
export const testDistDir = '.next-test';

export type PhaseContext = {
  root: string;
  /** A folder for reports, thrown away afterwards. */
  folder: string;
  run: Run;
  signal: AbortSignal;
  write: (line: string) => void;
  /** The shared broker and database, for the phases that need them. */
  services: () => Promise<Record<string, string>>;
  /** Ends them, once nothing needs them any more. */
  stopServices: () => Promise<void>;
};

export type Phase = {
  name: string;
  run: (at: PhaseContext) => Promise<Counts>;
  /** Begins together with the phase before it: for what keeps less than two cores busy, and has no bounds of time. */
  together?: true;
};

/** Phases in the order in which they run, those that run together in one list. */
export function togetherOf(phases: readonly Phase[]): Phase[][] {
  const groups: Phase[][] = [];
  for (const phase of phases) {
    const before = groups.at(-1);
    if (phase.together && before) before.push(phase);
    else groups.push([phase]);
  }
  return groups;
}

const bin = (root: string, ...at: string[]) => path.join(root, 'node_modules', ...at);

const readReport = (file: string): unknown =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;

const check = (name: string, args: (root: string) => string[]): Phase => ({
  name,
  together: true,
  run: async ({ root, run }) => checkCounts(await run({ args: args(root), quiet: true })),
});

const vitest = (name: string, projects: readonly string[], needsServices: boolean): Phase => ({
  name,
  run: async ({ root, folder, run, services }) => {
    const report = path.join(folder, `${name}.json`);
    const env = needsServices ? await services() : {};
    const exitCode = await run({
      args: [
        ...[bin(root, 'vitest', 'vitest.mjs'), 'run'],
        ...projects.flatMap((project) => ['--project', project]),
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      env: { ...env, SLUICE_DIST_DIR: testDistDir, NO_COLOR: '1' },
    });
    return vitestCounts(readReport(report), exitCode);
  },
});

const build: Phase = {
  name: 'build',
  run: async ({ root, signal }) => {
    await buildWeb(root, testDistDir, signal);
    return { passed: 1, failed: 0, failures: [] };
  },
};

const e2e: Phase = {
  name: 'e2e',
  run: async ({ root, folder, run, write, stopServices }) => {
    await stopServices(); // the product brings its own, and two brokers would share two cores
    const report = path.join(folder, 'e2e.json');
    const exitCode = await run({
      args: [bin(root, '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'],
      env: {
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        CHROMIUM_PATH: findChromium(process.env, write),
        SLUICE_DIST_DIR: testDistDir,
      },
    });
    return playwrightCounts(readReport(report), exitCode);
  },
};

const types = check('types', (root) => [path.join(root, 'scripts', 'typecheck.mjs')]);
const lint = check('lint', (root) => [bin(root, '@biomejs', 'biome', 'bin', 'biome'), 'check', '.']);
const importRules = check('import rules', (root) => [
  bin(root, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
  ...['--config', '.dependency-cruiser.cjs', 'app', 'components', 'lib', 'demo', 'scripts'],
]);

/** What `npm test <part>` runs; without a part, all of it. */
export const parts: Record<string, readonly Phase[]> = {
  static: [types, lint, importRules],
  unit: [vitest('unit', ['unit'], false)],
  integration: [vitest('integration', ['integration'], true)],
  faults: [build, vitest('faults', ['faults', 'timed-faults'], true)],
  e2e: [build, e2e],
};
export const allPhases: readonly Phase[] = [...new Set(Object.values(parts).flat())];
