import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { refusal } from '#fixtures/refusal.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { sealDigest, sealFields } from '#lib/domain/replays/seal.ts';
import { approveReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { editReplay } from './edit-replay.ts';
import { planReplay } from './plan-replay.ts';
import { reportReplay } from './report-replay.ts';
import { startReplay } from './start-replay.ts';
import { pauseReplay, resumeReplay, withdrawReplay } from './steer-replay.ts';
import { submitReplay } from './submit-replay.ts';

describe('what has drifted since the plan was frozen', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const sql = async (text: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    await client.query(text, values).finally(() => client.end());
  };
  const planned = async (options: Parameters<typeof governedFlow>[1] = {}) => {
    g = await governedFlow(test.database, options);
    await g.produce(4);
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    return planReplay(g.deps, g.person('ana'), id);
  };
  const waiting = async (options: Parameters<typeof governedFlow>[1] = {}) => {
    const { id } = await planned(options);
    return submitReplay(g.deps, g.person('ana'), id);
  };
  const approve = (replay: Replay, by: string) =>
    approveReplay(g.deps, g.person(by), replay.id, {
      digest: replay.digest ?? '',
      policyVersion: replay.policyVersion ?? 0,
    });
  const stateOf = async (replay: Replay) => (await test.database.stores.replays.read(replay.id))?.state;

  it('is planned again as it says: bounds that nobody asked for follow a policy that was tightened', async () => {
    const { id } = await planned();
    const tighter = g.withPolicy({
      maxRecords: 3,
      canary: { records: 2, settleMs: 60_000, maxCameBackRatio: 0 },
    });
    expect(await refusal(submitReplay(tighter, g.person('ana'), id))).toMatch(
      /^policy_changed: .*Plan again\.$/,
    );
    const again = await planReplay(tighter, g.person('ana'), id);
    expect(again).toMatchObject({
      state: 'planned',
      bounds: { maxRecords: 3, recordsPerSecond: g.flow.policy.recordsPerSecond },
      canary: { records: 2, settleMs: 60_000 },
      plan: { manifest: { records: 3, leftOutReasons: { over_bounds: 1 } } },
    });
    expect(sealFields(again)).toMatchObject({ bounds: again.bounds, canary: again.canary });
    expect((await submitReplay(tighter, g.person('ana'), id)).state).toBe('awaiting_approval');
  });

  it('refuses a bound that was asked for, when it is more than the policy allows by then, until it is edited', async () => {
    g = await governedFlow(test.database);
    await g.produce(4);
    const ana = g.person('ana');
    const { id } = await draftReplay(g.deps, ana, g.draftBody({ bounds: { maxRecords: 4 } }));
    const tighter = g.withPolicy({ maxRecords: 3, recordsPerSecond: 1 });
    expect(await refusal(planReplay(tighter, ana, id))).toMatch(
      /^bound_exceeds_policy: bounds\.maxRecords is 4/,
    );
    await editReplay(tighter, ana, id, { bounds: { maxRecords: 2 } });
    const again = await planReplay(tighter, ana, id);
    expect(again).toMatchObject({ state: 'planned', bounds: { maxRecords: 2, recordsPerSecond: 1 } });
  });

  it('says of an expired plan what can be done: plan again before it is submitted, and after that only a new draft', async () => {
    const first = await planned();
    g.advance(g.flow.policy.approvalTtlMs + 1);
    expect(await refusal(submitReplay(g.deps, g.person('ana'), first.id))).toContain('Plan again, or draft');
    const again = await planReplay(g.deps, g.person('ana'), first.id);
    const second = await submitReplay(g.deps, g.person('ana'), again.id);
    g.advance(g.flow.policy.approvalTtlMs + 1);
    expect(await refusal(approve(second, 'ben'))).toContain('too old. Withdraw it and draft a new one.');
    expect((await withdrawReplay(g.deps, g.person('ana'), second.id)).state).toBe('withdrawn');
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    expect((await planReplay(g.deps, g.person('ana'), id)).state).toBe('planned');
  });

  /** As the version before would have sealed it. */
  const sealedBefore = async (replay: Replay): Promise<Replay> => {
    const plan = replay.plan && { ...replay.plan, formatVersion: 1 as const };
    const fields = sealFields({ ...replay, plan });
    if (!fields) throw new Error('nothing is sealed');
    const digest = sealDigest(fields);
    const json = `jsonb_set(plan, '{formatVersion}', '1')`;
    await sql(`UPDATE replay SET plan = ${json}, digest = $1 WHERE id = $2`, [digest, replay.id]);
    await sql('UPDATE replay_approval SET digest = $1 WHERE replay_id = $2', [digest, replay.id]);
    return { ...replay, plan, digest };
  };

  it('a seal of format 1 that was not started is void at submit, approve and start, and says why', async () => {
    const why = /^plan_expired: It was sealed by an earlier version of Sluice.*how many must approve/;
    const first = await sealedBefore(await planned());
    expect(await refusal(submitReplay(g.deps, g.person('ana'), first.id))).toMatch(why);
    expect(await stateOf(first)).toBe('draft');

    const again = await planReplay(g.deps, g.person('ana'), first.id);
    const second = await sealedBefore(await submitReplay(g.deps, g.person('ana'), again.id));
    expect(await refusal(approve(second, 'ben'))).toMatch(why);
    expect(await stateOf(second)).toBe('draft');

    const third = await planReplay(g.deps, g.person('ana'), first.id);
    const ready = await approve(await submitReplay(g.deps, g.person('ana'), third.id), 'ben');
    await sealedBefore(ready);
    expect(await refusal(startReplay(g.deps, g.person('ana'), ready.id))).toMatch(why);
    expect(await stateOf(ready)).toBe('draft');
  });

  it('an ended replay of format 1 still shows a seal that fits its digest', async () => {
    const ended = await sealedBefore(await planned());
    await sql(`UPDATE replay SET state = 'verified' WHERE id = $1`, [ended.id]);
    const { seal, replay } = await reportReplay(g.deps, g.person('vera'), ended.id);
    expect(seal).toMatchObject({ formatVersion: 1 });
    expect(seal && sealDigest(seal)).toBe(replay.digest);
  });

  it('the deny rules run again at start: a target that stopped meanwhile voids it', async () => {
    const ready = await approve(await waiting(), 'ben');
    await g.seeGroup({ status: 'stopped' });
    expect(await refusal(startReplay(g.deps, g.person('ana'), ready.id))).toMatch(/^evidence_worse/);
    expect(await stateOf(ready)).toBe('draft');
  });

  it('and at resume: it stays paused', async () => {
    const ready = await approve(await waiting(), 'ben');
    await startReplay(g.deps, g.person('ana'), ready.id);
    await pauseReplay(g.deps, g.person('ana'), ready.id, {});
    await g.seeGroup({ status: 'stalled' });
    expect(await refusal(resumeReplay(g.deps, g.person('ana'), ready.id, {}))).toMatch(/^evidence_worse/);
    const other = g.withPolicy({ recordsPerSecond: 7 });
    expect(await refusal(resumeReplay(other, g.person('ana'), ready.id, {}))).toMatch(/^policy_changed/);
    expect(await stateOf(ready)).toBe('paused');
  });

  it('a quorum that is not complete within the time for approving is none', async () => {
    const open = await waiting({ policy: { approvals: 2 } });
    expect((await approve(open, 'ben')).state).toBe('awaiting_approval');
    g.advance(1_800_001);
    expect(await refusal(approve(open, 'cleo'))).toMatch(/^plan_expired/);
  });

  it('who asked for it can not approve by any way in: password, token, or a role that was added', async () => {
    const open = await waiting();
    const ana = g.person('ana');
    const grants = [{ role: 'approver' as const, cluster: '*', flow: '*' }];
    for (const via of ['session', 'token'] as const) {
      const seal = { digest: open.digest ?? '', policyVersion: open.policyVersion ?? 0 };
      expect(await refusal(approveReplay(g.deps, { ...ana, grants, via }, open.id, seal))).toMatch(
        /^own_replay/,
      );
    }
    expect(await stateOf(open)).toBe('awaiting_approval');
  });
});
