import { checkEnded, isAtRest } from './check-ended.ts';
import { heal, planDisasters } from './disasters.ts';
import type { FaultCounts } from './faults.ts';
import { startPeople } from './people.ts';
import { quietly } from './quiet.ts';
import { startTarget } from './target.ts';
import { startWorker } from './worker.ts';
import { type SeedOptions, World } from './world.ts';

const faultyMs = 14_000;
/** By then everything has to be at rest again: leases, time-outs, the wait of the verification and people's patience. */
const healingMs = 150_000;
const maxSteps = 60_000;

export type SeedResult = {
  seed: number;
  steps: number;
  virtualMs: number;
  faults: FaultCounts;
  /** How each replay ended. */
  ends: readonly string[];
  violations: readonly string[];
  lines: readonly string[];
};

/** One seed from the first approval until everything is at rest, and all that has to be true then. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const world = new World(options);
  const { timeline, random } = world;
  const lastsMs = random.between(faultyMs / 2, faultyMs);
  startTarget(world);
  startPeople(world);
  for (let worker = random.chance(0.75) ? 2 : 3; worker > 0; worker--) startWorker(world);
  planDisasters(world, lastsMs);
  timeline.after(lastsMs, () => {
    heal(world);
    for (let worker = 2; worker > 0; worker--) startWorker(world);
  });
  const rested = await quietly(
    (text) => world.trace(() => text),
    () => timeline.run(lastsMs + healingMs, maxSteps, () => isAtRest(world)),
  );
  const { rows } = world.postgres.tables;
  const ends = world.replays.map(({ replay }) => rows.replay.get(replay.id)?.state ?? 'gone');
  if (!rested)
    world.violate(`no rest after ${timeline.nowMs} ms and ${timeline.steps} steps: ${ends.join(', ')}`);
  checkEnded(world);
  return {
    seed: options.seed,
    steps: timeline.steps,
    virtualMs: timeline.nowMs,
    faults: world.counts,
    ends,
    violations: world.violations,
    lines: world.lines,
  };
}
