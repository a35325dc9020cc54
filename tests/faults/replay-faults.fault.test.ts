import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upTo } from '#fixtures/execution.ts';
import { type FaultWorld, openFaultWorld } from '#fixtures/fault-world.ts';
import { faultTrial, type ReplayFault } from '#fixtures/replay-faults.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';

const shape = { records: 800, recordsPerSecond: 400 };
/** One of each kind; `npm run drill -- faults` has all of them, over many seeds. */
const faults: readonly ReplayFault[] = [
  'zombie',
  'produce acknowledgement lost',
  'commit reply lost',
  'broker killed',
  'Postgres killed',
  'clock an hour ahead, then killed',
];

describe('a replay under faults of broker, database, network and clocks', () => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
  });
  afterAll(() => world.close());

  it.each(faults)('%s: ends by itself, nothing lost, nothing twice', async (fault) => {
    const trial = await faultTrial(world, fault, 1, shape);
    expect(trial.ended.stateReason).toBeNull();
    expect(trial.ended.state).toBe('verified');
    expect(trial.found).toEqual(upTo(shape.records));
    expect(trial.counts).toEqual({
      replayed: shape.records,
      skipped: 0,
      diverted: 0,
      failed: 0,
      unknown: 0,
    });
  });

  it('leaves an audit chain that verifies', async () => {
    expect(await verifyChain(world.database.database.stores.audit)).toMatchObject({ ok: true });
  });
});
