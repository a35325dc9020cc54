import { beforeEach, describe, expect, it } from 'vitest';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { initialRun, type ReplayRun } from '#lib/domain/replays/run.ts';
import type { Stores } from '#lib/store/database.ts';
import { advanceStep } from './advance-step.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';

// One move after the other of a ramp on which nothing is left to send: what its steps and gates make of what is seen of the target.
describe('a target that is not seen', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const plan = {
    ...{ ramp: [10, 50, 100], manifest: { records: 10 }, verify: { waitMs: 1, settleMs: 1 } },
    gates: { maxCameBackRatio: 0, maxTargetLagGrowth: 10, onFail: 'pause', targetGroups: ['g'] },
  };
  let nowMs = start;
  let state: 'running' | 'unknown' = 'running';
  let row: Replay;
  const stores = {
    leases: { holds: async () => true },
    replays: {
      readForUpdate: async () => row,
      update: async (_id: string, _revision: number, change: Partial<Replay>) => {
        row = { ...row, ...change };
        return row;
      },
    },
    replayReturns: {
      find: async () => [],
      noteWatermarks: async () => undefined,
      ordinals: async () => new Set(),
    },
    replayPaces: { judged: async () => undefined },
  } as unknown as Stores;
  const deps = {
    database: { stores, transact: async (work: (stores: Stores) => Promise<unknown>) => work(stores) },
    clock: () => new Date(nowMs),
    readTarget: async () => ({ state, lagRecords: null, asOf: null }),
    reach: () => undefined,
    timings: { observeMs: 1000 },
  } as unknown as ExecutionDeps;
  const session = {
    ...{ lease: {}, shard: 0, shards: 1, others: new Map(), next: 5, landings: [], divertedLandings: [] },
    ...{ manifest: { records: 10 }, nextSendAtMs: Number.MAX_SAFE_INTEGER, applying: Promise.resolve() },
  } as unknown as ExecutionSession;
  const stepOf = ({ run }: Replay) => run?.steps[run.stepIndex]?.name;

  /** A look every second. @returns why it was held; null where it was not */
  async function look(seconds: number): Promise<string | null> {
    for (let second = 0; second < seconds; second++) {
      const held = await advanceStep(deps, row, row.run as ReplayRun, session).then(
        () => null,
        (error: Error) => error.message,
      );
      if (held !== null) return held;
      nowMs += 1000;
    }
    return null;
  }
  beforeEach(() => {
    nowMs = start;
    const startedAt = new Date(start);
    const run = initialRun(plan, { canaryRecords: 5, recordsPerSecond: 100 }, startedAt);
    row = {
      ...{ id: 'r', state: 'ramping', plan, startedAt, pausedAt: null, pausedMs: 0, cluster: 'main' },
      canary: { records: 5, settleMs: 40_000, maxCameBackRatio: 0 },
      bounds: { maxDurationMs: 3_600_000, recordsPerSecond: 100 },
      destination: { topic: 'orders.retry' },
      run: {
        ...run,
        stepIndex: 1,
        steps: run.steps.map((step, at) => ({
          ...step,
          state: at === 0 ? 'passed' : 'running',
          startedAt: startedAt.toISOString(),
        })),
      },
    } as unknown as Replay;
  });

  it('lets no step go on to a higher rate, and holds the replay after a minute', async () => {
    state = 'unknown';
    expect(await look(60)).toBeNull();
    expect(stepOf(row)).toBe('10%');
    expect(await look(5)).toContain('has not been known for a minute');
  });

  it('is unknown for as long as it is, not for as long as the step has run', async () => {
    row = { ...row, canary: { ...row.canary, settleMs: 3_600_000 } };
    state = 'running';
    expect(await look(90)).toBeNull();
    state = 'unknown';
    expect(await look(50)).toBeNull();
    state = 'running';
    expect(await look(5)).toBeNull();
    expect(row.run?.unknownSince).toBeNull();
    state = 'unknown';
    expect(await look(50)).toBeNull();
  });

  it('that is seen goes through its steps', async () => {
    state = 'running';
    expect(await look(82)).toBeNull();
    expect(stepOf(row)).toBe('100%');
  });
});
