import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type FaultCounts, faultKinds, noFaults } from './faults.ts';
import { runSeed } from './run-seed.ts';

/** What many seeds came to. */
export type SeedTotals = {
  seeds: number;
  steps: number;
  virtualMs: number;
  faults: FaultCounts;
  ends: Record<string, number>;
  violating: { seed: number; violations: readonly string[] }[];
};
type Share = { first: number; step: number; seconds: number };

const nothing = (): SeedTotals => ({
  seeds: 0,
  steps: 0,
  virtualMs: 0,
  faults: noFaults(),
  ends: {},
  violating: [],
});

/** Runs every `step`-th seed from the first on, until the time is over. */
async function runShare({ first, step, seconds }: Share): Promise<SeedTotals> {
  const totals = nothing();
  const until = performance.now() + seconds * 1000;
  for (let seed = first; performance.now() < until; seed += step) {
    const result = await runSeed({ seed });
    totals.seeds++;
    totals.steps += result.steps;
    totals.virtualMs += result.virtualMs;
    for (const kind of faultKinds) totals.faults[kind] += result.faults[kind];
    for (const end of result.ends) totals.ends[end] = (totals.ends[end] ?? 0) + 1;
    if (result.violations.length > 0) totals.violating.push({ seed, violations: result.violations });
  }
  return totals;
}

/** Runs seeds from `first` on for so many seconds, on every core. */
export async function runSeeds(first: number, seconds: number): Promise<SeedTotals> {
  const step = availableParallelism();
  const shares = await Promise.all(
    Array.from(
      { length: step },
      (_, index) =>
        new Promise<SeedTotals>((resolve, reject) => {
          const share: Share = { first: first + index, step, seconds };
          const worker = new Worker(new URL(import.meta.url), {
            workerData: share,
            resourceLimits: { maxYoungGenerationSizeMb: 64 },
          });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  const totals = nothing();
  for (const share of shares) {
    totals.seeds += share.seeds;
    totals.steps += share.steps;
    totals.virtualMs += share.virtualMs;
    for (const kind of faultKinds) totals.faults[kind] += share.faults[kind];
    for (const [end, times] of Object.entries(share.ends)) totals.ends[end] = (totals.ends[end] ?? 0) + times;
    totals.violating.push(...share.violating);
  }
  return totals;
}

if (!isMainThread && parentPort) {
  Error.stackTraceLimit = 0;
  parentPort.postMessage(await runShare(workerData as Share));
}
