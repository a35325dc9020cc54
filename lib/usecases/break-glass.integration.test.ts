import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { executionOf } from '#fixtures/governed-execution.ts';
import { testKafka } from '#fixtures/kafka.ts';
import { refusal } from '#fixtures/refusal.ts';
import type { Boundary } from '#lib/domain/flows/flow.ts';
import { defaultPolicy, type ReplayPolicy } from '#lib/domain/flows/policy.ts';
import { breakGlassMost, reviewWithinMs } from '#lib/domain/replays/break-glass.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { openReviews, reviewItems } from './attention/from-reviews.ts';
import { breakGlass } from './break-glass.ts';
import { describeReplay } from './describe-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { type ExecutionDeps, executionLease } from './execute/deps.ts';
import { executeReplay } from './execute/execute-replay.ts';
import { planReplay } from './plan-replay.ts';
import { noteOverdueReviews, reviewReplay } from './review-replay.ts';

const outside = [{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId', probe: null }];
const quick: Partial<ReplayPolicy> = {
  breakGlass: { allowed: true },
  recordsPerSecond: 10_000,
  canary: { records: 5, settleMs: 100, maxCameBackRatio: 0 },
  ramp: [100],
  verify: { waitMs: 60_000, settleMs: 100 },
};
describe('starting without approval', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const planned = async (
    letters: number,
    boundary: Partial<Boundary> = {},
    policy: Partial<ReplayPolicy> = quick,
  ) => {
    g = await governedFlow(test.database, { policy, flow: { boundary: { ...plainBoundary, ...boundary } } });
    await g.produce(letters);
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    return planReplay(g.deps, g.person('ana'), id);
  };
  const start = (replay: Replay, by = 'ana') =>
    breakGlass(g.deps, g.person(by), replay.id, {
      digest: replay.digest ?? '',
      policyVersion: replay.policyVersion ?? 0,
      reason: 'checkout is down',
    });
  const review = (replay: Replay, by: string) =>
    reviewReplay(g.deps, g.person(by), replay.id, { verdict: 'accepted', comment: 'it was right' });
  const home = async (by: string) =>
    reviewItems(await openReviews(test.database), g.person(by), g.deps.clock()).filter((item) =>
      item.resource.startsWith('replay/'),
    );
  const execute = async (replay: Replay, more: Partial<ExecutionDeps> = {}) => {
    const lease = await test.database.stores.leases.acquire(executionLease(replay.id, 0), 'w', 60_000);
    if (!lease) throw new Error('the lease is held');
    const stop = new AbortController();
    const done = executeReplay(executionOf(g, more), { replayId: replay.id, shard: 0, lease }, stop.signal);
    return { done, stop };
  };
  const landed = async () => {
    const admin = testKafka().admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(g.topics.retry);
    await admin.disconnect();
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  };

  it('sends at once what the limits allow, demands a review of somebody else, and is closed by it', async () => {
    const replay = await planned(breakGlassMost);
    expect(replay.plan?.breakGlass).toEqual({ allowed: true, reasons: [] });
    const started = await start(replay);
    expect(started).toMatchObject({ state: 'canary', approvedAt: null });
    const { done, stop } = await execute(replay);
    await expect.poll(landed, { timeout: 20_000 }).toBeGreaterThanOrEqual(5);
    stop.abort();
    await done;
    expect((await test.database.stores.replays.read(replay.id))?.state).toBe('canary');

    expect((await home('ben'))[0]).toMatchObject({ severity: 'act', verb: 'review' });
    expect((await home('ana'))[0]).toMatchObject({ severity: 'act', verb: 'look' });
    expect(await refusal(review(replay, 'ana'))).toMatch(/^forbidden/);
    const promoted = {
      ...g.person('ana'),
      grants: [{ role: 'approver' as const, cluster: '*', flow: '*' }],
    };
    const own = reviewReplay(g.deps, promoted, replay.id, { verdict: 'accepted', comment: 'fine' });
    expect(await refusal(own)).toMatch(/^own_replay/);

    g.advance(reviewWithinMs + 1000);
    expect(await noteOverdueReviews(g.deps)).toEqual([replay.id]);
    expect(await noteOverdueReviews(g.deps)).toEqual([]);
    expect((await home('ben'))[0]?.title).toContain('overdue by');
    await review(replay, 'ben');
    expect(await home('ben')).toEqual([]);
    expect(await refusal(review(replay, 'cleo'))).toMatch(/^already_decided/);
    const view = await describeReplay(g.deps, g.person('vera'), replay.id);
    expect(view.breakGlass).toMatchObject({ by: 'ana', overdue: false, review: { by: 'ben' } });
    const lines = await test.database.stores.audit.list(
      { resource: `replay/${replay.id}` },
      { limit: 50, before: null },
    );
    const actions = lines.map((line) => line.action);
    expect(actions).toEqual(
      expect.arrayContaining(['replay.break_glass', 'replay.review_overdue', 'replay.review']),
    );
  });

  it.each<[string, number, Partial<Boundary>, Partial<ReplayPolicy>, RegExp]>([
    ['one record too many', breakGlassMost + 1, {}, quick, /51 records, and at most 50/],
    ['an effect outside', 3, { effects: outside }, quick, /effect outside, which always needs an approval/],
    [
      'a policy that does not allow it',
      3,
      {},
      { ...quick, breakGlass: { allowed: false } },
      /does not allow/,
    ],
  ])('is refused with %s', async (_, letters, boundary, policy, why) => {
    const replay = await planned(letters, boundary, policy);
    expect(replay.state).toBe('planned');
    expect(await refusal(start(replay))).toMatch(/^plan_blocked/);
    expect(await refusal(start(replay))).toMatch(why);
    expect((await test.database.stores.replays.read(replay.id))?.state).toBe('planned');
  });

  it('never means never, and a viewer may not', async () => {
    const never = await planned(3, { replay: 'never' });
    expect(never.state).toBe('blocked');
    expect(await refusal(start(never))).toMatch(/^wrong_state/);
    expect(await refusal(start(never, 'vera'))).toMatch(/^forbidden/);
  });

  it('the worker asks the limits itself, of its own policy file and of what is stored', async () => {
    const replay = await planned(4);
    await start(replay);
    const flows = g.deps.config.flows.map((flow) => ({
      ...flow,
      policy: { ...flow.policy, breakGlass: defaultPolicy.breakGlass },
    }));
    const { done } = await execute(replay, { flows });
    await done;
    const held = await test.database.stores.replays.read(replay.id);
    expect(held?.state).toBe('paused');
    expect(held?.stateReason).toContain('started without approval, and may not be: the policy does not');
    expect(await landed()).toBe(0);
  });
});
