import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upTo } from '#fixtures/execution.ts';
import { type FaultWorld, openFaultWorld } from '#fixtures/fault-world.ts';
import { nothingWrong } from '#fixtures/judge-trial.ts';
import { killTrial } from '#fixtures/kill-trial.ts';
import { type KillPoint, killPoints } from '#lib/usecases/execute/kill-point.ts';

const records = 5000;
/** Reached once a session, or (`before_audit`) when the first batch passes; the others on the way up. */
const early: readonly KillPoint[] = ['claimed', 'producer_open', 'before_audit'];

describe('kill -9 of the worker in the middle of a replay of 5,000 records', () => {
  // A broker of its own: on that of all tests, each new worker would index what they have left there.
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld();
  });
  afterAll(() => world.close());

  it.each(killPoints)('at %s: resumes by itself, nothing lost, nothing twice', async (point) => {
    const pass = early.includes(point) ? 1 : 3;
    const trial = await killTrial(world.database, {
      point,
      pass,
      records,
      recordsPerSecond: 2500,
      shards: 3,
    });
    expect(trial.judged).toEqual(nothingWrong);
    expect(trial.found).toEqual(upTo(records));
    expect(trial.counts).toEqual({ replayed: records, skipped: 0, diverted: 0, failed: 0, unknown: 0 });
    expect(trial.ended.run?.readBack).toMatchObject({ checked: records, equal: records, orderHeld: true });
  });
});
