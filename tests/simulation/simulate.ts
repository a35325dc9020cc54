import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const defaultSeconds = 60;
const shownViolations = 5;
const usage = `npm run simulate -- [seconds] [from <seed>]   runs seeds for so long (${defaultSeconds} s), from a seed on (otherwise by the time of day)
npm run simulate -- seed <seed>              runs one and shows its trace`;

async function showSeed(seed: number): Promise<number> {
  const { lines, ends, violations, virtualMs, steps } = await runSeed({ seed, trace: true });
  for (const line of lines) console.log(line);
  console.log(`seed ${seed}: ${steps} steps, ${virtualMs} ms, ended ${ends.join(', ')}`);
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  return violations.length > 0 ? 1 : 0;
}

async function runFor(seconds: number, first: number): Promise<number> {
  const { seeds, steps, virtualMs, faults, ends, violating } = await runSeeds(first, seconds);
  console.log(`${seeds} seeds from ${first}, ${Math.round((seeds / seconds) * 60)} a minute`);
  console.log(`${steps} steps, ${Math.round(virtualMs / 3_600_000)} hours of virtual time`);
  console.log(`faults: ${JSON.stringify(faults)}`);
  console.log(`replays ended: ${JSON.stringify(ends)}`);
  console.log(`violations: ${violating.length}`);
  for (const { seed, violations } of violating.slice(0, shownViolations))
    console.log(`  seed ${seed}: ${violations.join('; ')}\n  again: npm run simulate -- seed ${seed}`);
  const [worst] = violating;
  if (!worst) return 0;
  await showSeed(worst.seed);
  return 1;
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

const [what, ...rest] = process.argv.slice(2);
const one = what === 'seed' ? whole(rest[0]) : null;
const seconds = what === undefined ? defaultSeconds : whole(what);
if (one !== null) process.exitCode = await showSeed(one);
else if (seconds !== null && seconds > 0)
  process.exitCode = await runFor(seconds, whole(rest[1]) ?? Math.floor(Date.now() / 1000));
else {
  console.log(usage);
  process.exitCode = 1;
}
