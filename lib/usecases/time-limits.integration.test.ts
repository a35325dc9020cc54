import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { executionOf } from '#fixtures/governed-execution.ts';
import { refusal } from '#fixtures/refusal.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { breakGlass } from './break-glass.ts';
import { approveReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { executionLease } from './execute/deps.ts';
import { executeReplay } from './execute/execute-replay.ts';
import { planReplay } from './plan-replay.ts';
import { startReplay } from './start-replay.ts';
import { pauseReplay, resumeReplay } from './steer-replay.ts';
import { submitReplay } from './submit-replay.ts';

describe('times that a replay has', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const seal = ({ digest, policyVersion }: Replay) => ({
    digest: digest ?? '',
    policyVersion: policyVersion ?? 0,
  });
  const waiting = async (options: Parameters<typeof governedFlow>[1] = {}) => {
    g = await governedFlow(test.database, options);
    await g.produce(30);
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    await planReplay(g.deps, g.person('ana'), id);
    return submitReplay(g.deps, g.person('ana'), id);
  };
  /** Kafka takes so long to answer, or the row is locked for so long. */
  const slow = (ms: number) => ({
    ...g.deps,
    reach: (point: string) => {
      if (point === 'decision_checked') g.advance(ms);
    },
  });
  const sql = async (text: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    await client.query(text, values).finally(() => client.end());
  };
  const stateOf = async ({ id }: Replay) => (await test.database.stores.replays.read(id))?.state;

  it('an approval that is written after its time is none, however long it took to look', async () => {
    const replay = await waiting();
    const approving = approveReplay(slow(1_800_001), g.person('ben'), replay.id, seal(replay));
    expect(await refusal(approving)).toMatch(/^plan_expired/);
    expect(await stateOf(replay)).toBe('awaiting_approval');
  });

  it('nor is a start', async () => {
    const replay = await waiting();
    await approveReplay(g.deps, g.person('ben'), replay.id, seal(replay));
    expect(await refusal(startReplay(slow(900_001), g.person('ana'), replay.id))).toMatch(/^plan_expired/);
    expect(await stateOf(replay)).toBe('approved');
  });

  it('nor is a broken glass', async () => {
    const options = { policy: { breakGlass: { allowed: true } }, flow: { boundary: plainBoundary } };
    g = await governedFlow(test.database, options);
    await g.produce(3);
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    const replay = await planReplay(g.deps, g.person('ana'), id);
    const starting = breakGlass(slow(1_800_001), g.person('ana'), id, { ...seal(replay), reason: 'now' });
    expect(await refusal(starting)).toMatch(/^plan_expired/);
    expect(await stateOf(replay)).toBe('planned');
  });

  it('a replay that waited paused for two hours has not run for two hours, and goes on when it is resumed', async () => {
    const replay = await waiting();
    await approveReplay(g.deps, g.person('ben'), replay.id, seal(replay));
    await startReplay(g.deps, g.person('ana'), replay.id);
    await pauseReplay(g.deps, g.person('ana'), replay.id, { reason: 'until the morning' });
    // Not by the clock: the broker takes no records of tomorrow.
    await sql(
      `UPDATE replay SET started_at = started_at - interval '2 hours', paused_at = paused_at - interval '2 hours' WHERE id = $1`,
      [replay.id],
    );
    const resumed = await resumeReplay(g.deps, g.person('ana'), replay.id, {});
    expect(resumed).toMatchObject({ state: 'canary', pausedAt: null });
    expect(resumed.pausedMs).toBeGreaterThanOrEqual(2 * 3_600_000);
    expect(Date.parse(resumed.run?.steps[0]?.startedAt ?? '')).toBe(resumed.updatedAt.getTime());

    const lease = await test.database.stores.leases.acquire(executionLease(replay.id, 0), 'w', 60_000);
    if (!lease) throw new Error('The lease is held.');
    const stop = new AbortController();
    const deps = executionOf(g);
    const done = executeReplay(deps, { replayId: replay.id, shard: 0, lease }, stop.signal);
    const sent = async () => (await test.database.stores.replayBatches.counts(replay.id)).replayed;
    await expect.poll(sent, { timeout: 60_000 }).toBeGreaterThan(0);
    stop.abort();
    await done;
    expect(await test.database.stores.replays.read(replay.id)).toMatchObject({
      state: 'canary',
      stateReason: null,
    });
  });
});
