import { runDrill } from '#fixtures/drill-table.ts';
import { openFaultWorld } from '#fixtures/fault-world.ts';
import { killTrial } from '#fixtures/kill-trial.ts';
import { oneOrSeveral } from '#fixtures/replay-faults.ts';
import { type KillPoint, killPoints } from '#lib/usecases/execute/kill-point.ts';

/** `npm run drill -- kill-points [seeds a point] [records] [point]`: real workers, killed at every named point at a pass that the seed decides. */
const [seeds = '20', records = '2000', only = ''] = process.argv.slice(2);
const shape = { records: Number(records), recordsPerSecond: Math.ceil(Number(records) / 4) };
const once: readonly KillPoint[] = ['claimed', 'producer_open', 'before_audit'];

// A broker of its own: on that of all drills, each new worker would index what they have left there.
const world = await openFaultWorld();
try {
  const well = await runDrill(
    killPoints.filter((point) => point.includes(only)),
    Number(seeds),
    (point, seed) => {
      const pass = once.includes(point) ? 1 : 1 + ((seed * 7 + killPoints.indexOf(point)) % 4);
      return killTrial(world.database, { point, pass, shards: oneOrSeveral(seed), ...shape });
    },
  );
  process.exitCode = well ? 0 : 1;
} finally {
  await world.close();
}
