import { expect, it } from 'vitest';
import { brokenParts } from './broken.ts';
import type { FaultKind } from './faults.ts';
import { keptSeeds } from './kept-seeds.ts';
import { runSeed } from './run-seed.ts';
import type { SeedOptions } from './world.ts';

const violationsOf = async (seeds: readonly SeedOptions[]) => {
  const found: string[] = [];
  for (const options of seeds) {
    const { seed } = options;
    const { violations } = await runSeed(options);
    if (violations.length > 0) found.push(`npm run simulate -- seed ${seed}: ${violations.join('; ')}`);
  }
  return found;
};

it('holds every invariant over four hundred seeds', async () => {
  expect(await violationsOf(Array.from({ length: 400 }, (_, seed) => ({ seed })))).toEqual([]);
}, 60_000);

it('holds them over every seed that was once found', async () => {
  expect(await violationsOf(keptSeeds)).toEqual([]);
});

it('runs a seed the same way each time', async () => {
  for (let seed = 0; seed < 5; seed++) {
    const once = await runSeed({ seed, trace: true });
    expect(once.lines.length).toBeGreaterThan(20);
    expect(await runSeed({ seed, trace: true })).toEqual(once);
  }
});

/** Faults that show a missing part soonest; otherwise the seed's own. */
const helpful: Partial<Record<(typeof brokenParts)[number], readonly FaultKind[]>> = {
  cursor_outside_transaction: ['call_refused', 'reply_lost', 'worker_killed'],
  lease_not_locked: ['worker_stalled'],
  missing_cursor_is_zero: ['cursor_lost', 'worker_killed'],
  policy_not_compared: ['policy_changed'],
  drafted_twice: ['came_back'],
  returned_letter_forgotten: ['came_back'],
  settled_twice: ['worker_stalled'],
  holds_not_asked: ['worker_stalled'],
  last_outcome_forgotten: ['worker_killed'],
  gates_not_asked: ['worker_stalled'],
};
const mostSeeds = 2000;

it.each(brokenParts)('finds out about %s', async (broken) => {
  for (let seed = 0; seed < mostSeeds; seed++) {
    const { violations } = await runSeed({ seed, broken, only: helpful[broken] ?? null });
    if (violations.length > 0) return;
  }
  expect.fail(`${mostSeeds} seeds ran without ${broken} and saw nothing.`);
});
