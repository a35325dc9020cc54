import { runDrill } from '#fixtures/drill-table.ts';
import { openFaultWorld } from '#fixtures/fault-world.ts';
import { faultTrial, replayFaultNames } from '#fixtures/replay-faults.ts';

/** `npm run drill -- faults [seeds a fault] [records] [faults whose name holds this]`: real processes under every fault of issue 6's list. */
const [seeds = '3', records = '2000', only = ''] = process.argv.slice(2);
const shape = { records: Number(records), recordsPerSecond: Math.ceil(Number(records) / 4) };
const world = await openFaultWorld();
try {
  const well = await runDrill(
    replayFaultNames.filter((fault) => fault.includes(only)),
    Number(seeds),
    (fault, seed) => faultTrial(world, fault, seed, shape),
  );
  process.exitCode = well ? 0 : 1;
} finally {
  await world.close();
}
