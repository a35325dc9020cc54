import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, openFaultWorld } from '#fixtures/fault-world.ts';
import { nothingWrong } from '#fixtures/judge-trial.ts';
import { faultTrial, type ReplayFault } from '#fixtures/replay-faults.ts';

const shape = { records: 800, recordsPerSecond: 400 };
/** One of each kind that is quick; `npm run drill -- faults` has all of them, over many seeds (docs/faults.md). */
const faults: readonly ReplayFault[] = [
  'zombie',
  'produce acknowledgement lost',
  'commit reply lost',
  'one of two workers killed',
  'broker killed',
  'Postgres killed',
  'clock an hour ahead, then killed',
  'message too large',
  'hung transaction, then killed',
  'web killed before the commit of an approval',
];

describe('a replay under faults of broker, database, network, clocks and people', () => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
  });
  afterAll(() => world.close());

  it.each(faults)('%s: ends by itself, nothing lost, nothing twice', async (fault) => {
    const trial = await faultTrial(world, fault, 1, shape);
    expect(trial.judged).toEqual(nothingWrong);
    expect(trial.counts.unknown).toBe(0);
  });
});
