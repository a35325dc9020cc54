import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { testKafka } from '#fixtures/kafka.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { approveReplay, rejectReplay } from './decide-replay.ts';
import { describeReplay } from './describe-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { editReplay } from './edit-replay.ts';
import { expireReplays } from './expire-replays.ts';
import { listReplays } from './list-replays.ts';
import { planReplay } from './plan-replay.ts';
import { startReplay } from './start-replay.ts';
import { abortReplay, pauseAllReplays, pauseReplay, resumeReplay, withdrawReplay } from './steer-replay.ts';
import { submitReplay } from './submit-replay.ts';

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof SluiceError ? error.code : error),
  );

describe('deciding on a replay', () => {
  let test: TestDatabase;
  const open: Governed[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const governed of open.splice(0)) await governed.close();
  });
  afterAll(() => test.drop());

  const flowOf = async (options: Parameters<typeof governedFlow>[1] = {}) => {
    const governed = await governedFlow(test.database, options);
    open.push(governed);
    await governed.produce(6);
    return governed;
  };
  const planned = async (g: Governed, by = 'ana', more: Partial<DraftBody> = {}) => {
    const draft = await draftReplay(g.deps, g.person(by), g.draftBody(more));
    return planReplay(g.deps, g.person(by), draft.id);
  };
  const submitted = async (g: Governed, by = 'ana', more: Partial<DraftBody> = {}) =>
    submitReplay(g.deps, g.person(by), (await planned(g, by, more)).id);
  const seal = (replay: Replay) => ({
    digest: replay.digest ?? '',
    policyVersion: replay.policyVersion ?? 0,
  });
  const approve = (g: Governed, replay: Replay, by = 'ben', deps = g.deps) =>
    approveReplay(deps, g.person(by), replay.id, seal(replay));
  const read = async (replay: Replay) => {
    const now = await test.database.stores.replays.read(replay.id);
    if (!now) throw new Error('the replay is gone');
    return now;
  };
  const held = async (replay: Replay) => {
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT (SELECT count(*)::int FROM replay_reservation WHERE replay_id = $1) AS roots,
                (SELECT count(*)::int FROM dead_letter_disposition WHERE replay_id = $1) AS letters`,
        [replay.id],
      );
      return rows[0];
    } finally {
      await client.end();
    }
  };
  const story = async (g: Governed, replay: Replay) =>
    (await describeReplay(g.deps, g.person('vera'), replay.id)).timeline.map((line) => line.what);

  it('goes from draft to started by two people, and says so in the audit', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    expect(waiting.state).toBe('awaiting_approval');
    const approved = await approve(g, waiting);
    expect(approved).toMatchObject({ state: 'approved' });
    expect(approved.startBy?.getTime()).toBeGreaterThan(Date.now());
    const started = await startReplay(g.deps, g.person('ana'), waiting.id);
    expect(started).toMatchObject({ state: 'canary', run: { stepIndex: 0, approvalRound: 0 } });
    expect(await codeOf(startReplay(g.deps, g.person('ana'), waiting.id))).toBe('already_started');
    expect(await story(g, waiting)).toEqual([
      'drafted',
      'planned',
      'submitted for approval',
      'approved',
      'started',
    ]);
  });

  it('starts with the last approval when that was sealed', async () => {
    const g = await flowOf({ policy: { approvals: 2 } });
    const waiting = await submitted(g, 'ana', { autoStart: true });
    expect((await approve(g, waiting, 'ben')).state).toBe('awaiting_approval');
    expect((await approve(g, waiting, 'cleo')).state).toBe('canary');
  });

  describe('the approver is somebody else', () => {
    it.each([
      ['drafted', (g: Governed) => submitted(g, 'ben')],
      [
        'edited',
        async (g: Governed) => {
          const draft = await draftReplay(g.deps, g.person('ana'), g.draftBody());
          await editReplay(g.deps, g.person('ben'), draft.id, { reason: 'better words' });
          await planReplay(g.deps, g.person('ana'), draft.id);
          return submitReplay(g.deps, g.person('ana'), draft.id);
        },
      ],
      [
        'planned',
        async (g: Governed) => {
          const draft = await draftReplay(g.deps, g.person('ana'), g.draftBody());
          await planReplay(g.deps, g.person('ben'), draft.id);
          return submitReplay(g.deps, g.person('ana'), draft.id);
        },
      ],
      ['submitted', async (g: Governed) => submitReplay(g.deps, g.person('ben'), (await planned(g)).id)],
    ])('than who %s it', async (_what, prepare) => {
      const g = await flowOf();
      const waiting = await prepare(g);
      expect(await codeOf(approve(g, waiting, 'ben'))).toBe('own_replay');
      expect(await codeOf(rejectReplay(g.deps, g.person('ben'), waiting.id, { comment: 'x' }))).toBe(
        'own_replay',
      );
      expect((await approve(g, waiting, 'cleo')).state).toBe('approved');
    });

    it('also by a token of the same person', async () => {
      const g = await flowOf();
      const waiting = await submitted(g, 'ben');
      const token = { ...g.person('ben'), via: 'token' as const };
      expect(await codeOf(approveReplay(g.deps, token, waiting.id, seal(waiting)))).toBe('own_replay');
    });
  });

  it('refuses who may not: ana approving, vera submitting, root approving, a token outside the demo', async () => {
    const g = await flowOf();
    const plan = await planned(g);
    expect(await codeOf(submitReplay(g.deps, g.person('vera'), plan.id))).toBe('forbidden');
    const waiting = await submitReplay(g.deps, g.person('ana'), plan.id);
    expect(await codeOf(approve(g, waiting, 'ana'))).toBe('forbidden');
    expect(await codeOf(approve(g, waiting, 'root'))).toBe('forbidden');
    const real = { ...g.deps, environment: { demo: false } };
    const token = { ...g.person('ben'), via: 'token' as const };
    expect(await codeOf(approveReplay(real, token, waiting.id, seal(waiting)))).toBe(
      'cannot_approve_by_token',
    );
    expect((await read(waiting)).state).toBe('awaiting_approval');
  });

  it('refuses a wrong digest, another policy version, and a plan that is not submitted', async () => {
    const g = await flowOf();
    const plan = await planned(g);
    expect(await codeOf(approve(g, plan))).toBe('wrong_state');
    const waiting = await submitReplay(g.deps, g.person('ana'), plan.id);
    const ben = g.person('ben');
    const wrong = { ...seal(waiting), digest: 'f'.repeat(64) };
    expect(await codeOf(approveReplay(g.deps, ben, waiting.id, wrong))).toBe('digest_mismatch');
    const older = { ...seal(waiting), policyVersion: 99_999 };
    expect(await codeOf(approveReplay(g.deps, ben, waiting.id, older))).toBe('policy_changed');
  });

  it('counts both of two approvers at once, or tells the second that it is decided', async () => {
    const g = await flowOf({ policy: { approvals: 2 } });
    const waiting = await submitted(g);
    const both = await Promise.all([codeOf(approve(g, waiting, 'ben')), codeOf(approve(g, waiting, 'cleo'))]);
    expect(both).toEqual(['done', 'done']);
    expect((await read(waiting)).state).toBe('approved');
    expect(await test.database.stores.replayApprovals.of(waiting.id)).toHaveLength(2);

    const one = await flowOf();
    const single = await submitted(one);
    const results = await Promise.all([
      codeOf(approve(one, single, 'ben')),
      codeOf(approve(one, single, 'cleo')),
    ]);
    expect([...results].sort()).toEqual(['already_decided', 'done']);
    expect(await test.database.stores.replayApprovals.of(single.id)).toHaveLength(1);
  });

  it('counts one person once', async () => {
    const g = await flowOf({ policy: { approvals: 2 } });
    const waiting = await submitted(g);
    await approve(g, waiting, 'ben');
    expect(await codeOf(approve(g, waiting, 'ben'))).toBe('already_decided');
    expect((await read(waiting)).state).toBe('awaiting_approval');
  });

  it('takes one of many submits at once', async () => {
    const g = await flowOf();
    const plan = await planned(g);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(submitReplay(g.deps, g.person('ana'), plan.id))),
    );
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['done', 'wrong_state']));
  });

  it('lets an expired plan go, and gives its records back', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    g.advance(1_800_001);
    await g.seeGroup();
    expect(await codeOf(approve(g, waiting))).toBe('plan_expired');
    expect(await expireReplays(g.deps)).toContain(waiting.id);
    expect((await read(waiting)).state).toBe('expired');
    expect(await held(waiting)).toEqual({ roots: 0, letters: 0 });
  });

  it('lets an approval go that was not used in time', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    await approve(g, waiting);
    g.advance(900_001);
    expect(await codeOf(startReplay(g.deps, g.person('ana'), waiting.id))).toBe('plan_expired');
    expect(await expireReplays(g.deps)).toContain(waiting.id);
  });

  it.each([
    ['submit', 'planned'],
    ['approve', 'awaiting_approval'],
    ['start', 'approved'],
  ])('voids the plan at %s when the policy has changed', async (verb) => {
    const g = await flowOf();
    const plan = await planned(g);
    if (verb !== 'submit') await submitReplay(g.deps, g.person('ana'), plan.id);
    if (verb === 'start') await approve(g, plan);
    const changed = g.withPolicy({ recordsPerSecond: 7 });
    const act =
      verb === 'submit'
        ? submitReplay(changed, g.person('ana'), plan.id)
        : verb === 'approve'
          ? approve(g, plan, 'ben', changed)
          : startReplay(changed, g.person('ana'), plan.id);
    expect(await codeOf(act)).toBe('policy_changed');
    expect(await read(plan)).toMatchObject({ state: 'draft', digest: null, plan: null });
    expect(await held(plan)).toEqual({ roots: 0, letters: 0 });
    expect(await story(g, plan)).toContain('plan voided');
    // The process with the old file is no longer the current one, and says so.
    expect(await codeOf(planReplay(g.deps, g.person('ana'), plan.id))).toBe('policy_changed');
  });

  it('voids the plan when the target got worse', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    await g.seeGroup({ state: 'Empty', members: 0 });
    expect(await codeOf(approve(g, waiting))).toBe('evidence_worse');
    const now = await read(waiting);
    expect(now.state).toBe('draft');
    expect(now.stateReason).toContain('stopped');
  });

  it('voids the plan when the destination was recreated or has other partitions', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    const admin = testKafka().admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: g.topics.retry, count: 5 }] });
    await admin.disconnect();
    await expect
      .poll(async () => (await g.cluster.admin.describeTopics([g.topics.retry]))[0]?.partitions.length, {
        timeout: 60_000,
      })
      .toBe(5);
    expect(await codeOf(approve(g, waiting))).toBe('evidence_worse');
  });

  it('sees a manifest or a row that was changed behind its back', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    await client.query(
      `UPDATE replay SET bounds = jsonb_set(bounds, '{recordsPerSecond}', '9999') WHERE id = $1`,
      [waiting.id],
    );
    await client.end();
    expect(await codeOf(approve(g, waiting))).toBe('digest_mismatch');
    expect((await read(waiting)).state).toBe('draft');
  });

  it.each([
    [
      'rejected',
      (g: Governed, replay: Replay) => rejectReplay(g.deps, g.person('ben'), replay.id, { comment: 'no' }),
    ],
    ['withdrawn', (g: Governed, replay: Replay) => withdrawReplay(g.deps, g.person('ana'), replay.id)],
  ])('gives the records back when it is %s', async (state, act) => {
    const g = await flowOf();
    const waiting = await submitted(g);
    expect(await held(waiting)).toEqual({ roots: 6, letters: 6 });
    expect((await act(g, waiting)).state).toBe(state);
    expect(await held(waiting)).toEqual({ roots: 0, letters: 0 });
    expect(await codeOf(approve(g, waiting))).toMatch(/already_decided|wrong_state/);
  });

  it('starts for the requester and for approvers, not for another responder', async () => {
    const g = await flowOf();
    const waiting = await submitted(g, 'ben');
    await approve(g, waiting, 'cleo');
    expect(await codeOf(startReplay(g.deps, g.person('ana'), waiting.id))).toBe('forbidden');
    expect((await startReplay(g.deps, g.person('cleo'), waiting.id)).state).toBe('canary');
  });

  it('pauses without a question, resumes after checking, aborts', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    await approve(g, waiting);
    await startReplay(g.deps, g.person('ana'), waiting.id);
    const paused = await pauseReplay(g.deps, g.person('cleo'), waiting.id, {});
    expect(paused).toMatchObject({ state: 'paused', resumesTo: 'canary' });
    await g.seeGroup({ status: 'stalled' });
    expect(await codeOf(resumeReplay(g.deps, g.person('ana'), waiting.id, {}))).toBe('evidence_worse');
    expect((await read(waiting)).state).toBe('paused');
    await g.seeGroup();
    expect(await resumeReplay(g.deps, g.person('ana'), waiting.id, {})).toMatchObject({
      state: 'canary',
      resumesTo: null,
    });
    const all = await pauseAllReplays(g.deps, g.person('ana'), { reason: 'something is wrong' });
    expect(all.ids).toContain(waiting.id);
    expect((await abortReplay(g.deps, g.person('ana'), waiting.id, { reason: 'enough' })).state).toBe(
      'aborted',
    );
  });

  it('pauses even when the audit log can not be written', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    await approve(g, waiting);
    await startReplay(g.deps, g.person('ana'), waiting.id);
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    const role = `${new URL(test.appUrl).username}`;
    try {
      await client.query(`REVOKE INSERT ON audit_event FROM ${role}`);
      expect((await pauseReplay(g.deps, g.person('ana'), waiting.id, {})).state).toBe('paused');
      expect(await codeOf(resumeReplay(g.deps, g.person('ana'), waiting.id, {}))).not.toBe('done');
    } finally {
      await client.query(`GRANT INSERT ON audit_event TO ${role}`);
      await client.end();
    }
  });

  it('asks for fresh approvals of the rest after a came-back gate', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    await approve(g, waiting);
    const started = await startReplay(g.deps, g.person('ana'), waiting.id);
    if (!started.run) throw new Error('no run');
    await test.database.stores.replays.update(
      started.id,
      started.revision,
      { state: 'paused', resumesTo: 'ramping', run: { ...started.run, approvalRound: 1 } },
      new Date(),
    );
    expect(await codeOf(resumeReplay(g.deps, g.person('ana'), waiting.id, {}))).toBe('wrong_state');
    expect((await approve(g, waiting, 'ben')).state).toBe('paused');
    expect((await resumeReplay(g.deps, g.person('ana'), waiting.id, {})).state).toBe('ramping');
  });

  it('shows each person what they may do and why not', async () => {
    const g = await flowOf();
    const waiting = await submitted(g);
    const actions = async (name: string) =>
      new Map(
        (await describeReplay(g.deps, g.person(name), waiting.id)).actions.map((one) => [one.action, one]),
      );
    expect((await actions('ben')).get('approve')).toMatchObject({ allowed: true, reason: null });
    expect((await actions('ana')).get('approve')?.reason).toContain('replay.approve');
    expect((await actions('vera')).get('withdraw')?.allowed).toBe(false);
    expect((await actions('ana')).get('start')?.reason).toContain('waiting for approval');
    const inbox = async (name: string) =>
      (
        await listReplays(
          g.deps,
          g.person(name),
          { awaitingUserId: g.person(name).userId, topic: g.topics.dlq },
          { limit: 10 },
        )
      ).map((row) => row.view.id);
    expect(await inbox('ben')).toEqual([waiting.id]);
    expect(await inbox('ana')).toEqual([]);
    await approve(g, waiting, 'ben');
    expect(await inbox('cleo')).toEqual([]);
  });
});
