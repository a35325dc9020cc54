import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upTo } from '#fixtures/execution.ts';
import { type FaultWorld, openFaultWorld } from '#fixtures/fault-world.ts';
import { faultTrial, replayFaultNames } from '#fixtures/replay-faults.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';

const shape = { records: 1200, recordsPerSecond: 400 };

// `npm run drill -- faults` does the same over many seeds.
describe('a replay under faults of broker, database, network and clocks', () => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
  });
  afterAll(() => world.close());

  it.each(replayFaultNames)('%s: ends by itself, nothing lost, nothing twice', async (fault) => {
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
