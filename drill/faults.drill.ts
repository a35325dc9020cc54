import { upTo } from '#fixtures/execution.ts';
import { openFaultWorld } from '#fixtures/fault-world.ts';
import { faultTrial, type ReplayFault, replayFaultNames } from '#fixtures/replay-faults.ts';
import type { ReplayTrial } from '#fixtures/replay-trial.ts';

/** `npm run drill -- faults [seeds a fault] [records] [fault]`: real workers under every fault of broker, database, network and clocks. */
const [seeds = '3', records = '2000', only] = process.argv.slice(2);
const shape = { records: Number(records), recordsPerSecond: Math.ceil(Number(records) / 4) };
const faults = replayFaultNames.filter((fault) => only === undefined || fault === only);

type Row = {
  fault: ReplayFault;
  seeds: number;
  records: number;
  lost: number;
  twice: number;
  falseClaims: number;
};

function judge(row: Row, { found, counts, ended }: ReplayTrial): void {
  const seen = new Set(found);
  row.seeds++;
  row.records += shape.records;
  row.lost += upTo(shape.records).filter((n) => !seen.has(n)).length;
  row.twice += found.length - seen.size;
  if (counts.replayed !== seen.size || counts.unknown > 0 || ended.state !== 'verified') row.falseClaims++;
}

const world = await openFaultWorld();
const rows: (Row & { secondsToResumeMax: number })[] = [];
try {
  for (const fault of faults) {
    const row = { fault, seeds: 0, records: 0, lost: 0, twice: 0, falseClaims: 0, secondsToResumeMax: 0 };
    rows.push(row);
    for (let seed = 0; seed < Number(seeds); seed++) {
      const trial = await faultTrial(world, fault, seed, shape);
      judge(row, trial);
      row.secondsToResumeMax = Math.max(row.secondsToResumeMax, (trial.resumedMs ?? 0) / 1000);
      console.log(
        `${fault}, seed ${seed}: ${trial.ended.state}, ${trial.found.length} found, lost ${row.lost}, twice ${row.twice}`,
      );
    }
  }
} finally {
  await world.close();
}
console.table(rows);
const bad = rows.reduce((sum, row) => sum + row.lost + row.twice + row.falseClaims, 0);
const total = rows.reduce((sum, row) => sum + row.records, 0);
console.log(`${total} records replayed under ${rows.length} faults: ${bad} lost, twice or falsely claimed`);
process.exitCode = bad === 0 ? 0 : 1;
