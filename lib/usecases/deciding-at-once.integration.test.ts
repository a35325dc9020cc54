import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { refusal } from '#fixtures/refusal.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { approveReplay, rejectReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { startReplay } from './start-replay.ts';
import { abortReplay, pauseAllReplays, pauseReplay, withdrawReplay } from './steer-replay.ts';
import { submitReplay } from './submit-replay.ts';

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof SluiceError ? error.code : error),
  );

describe('deciding while others decide, and while the executor writes', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  const open: Governed[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
  });
  afterEach(async () => {
    for (const governed of open.splice(0)) await governed.close();
  });
  afterAll(async () => {
    await owner.end();
    await test.drop();
  });

  const flowOf = async (options: Parameters<typeof governedFlow>[1] = {}) => {
    const governed = await governedFlow(test.database, options);
    open.push(governed);
    await governed.produce(4);
    return governed;
  };
  const waitingOf = async (g: Governed) => {
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    await planReplay(g.deps, g.person('ana'), id);
    return submitReplay(g.deps, g.person('ana'), id);
  };
  const seal = (replay: Replay) => ({
    digest: replay.digest ?? '',
    policyVersion: replay.policyVersion ?? 0,
  });
  const runningOf = async (g: Governed) => {
    const waiting = await waitingOf(g);
    await approveReplay(g.deps, g.person('ben'), waiting.id, seal(waiting));
    return startReplay(g.deps, g.person('ana'), waiting.id);
  };
  const stateOf = async ({ id }: Replay) => (await test.database.stores.replays.read(id))?.state;
  /** Between its being read and locked somebody else writes the row, each time. */
  const writtenMeanwhile = (g: Governed, { id }: Replay, set: string): ReplayDeps => ({
    ...g.deps,
    database: {
      ...g.deps.database,
      transact: async (work, options) => {
        await owner.query(`UPDATE replay SET revision = revision + 1, ${set} WHERE id = $1`, [id]);
        return g.deps.database.transact(work, options);
      },
    },
  });
  /** Whose row can't be locked: its connection is cut. */
  const cutOffFrom = (g: Governed, { id }: Replay): ReplayDeps => ({
    ...g.deps,
    database: {
      ...g.deps.database,
      transact: (work, options) =>
        g.deps.database.transact((stores) => {
          const readForUpdate = (asked: string) =>
            asked === id
              ? Promise.reject(new Error('the connection was cut'))
              : stores.replays.readForUpdate(asked);
          return work({ ...stores, replays: { ...stores.replays, readForUpdate } });
        }, options),
    },
  });
  const untouched = 'updated_at = now()';

  it.each([6, 12])('%i approvers of a quorum of as many are all heard, at once', async (n) => {
    const g = await flowOf({ policy: { approvals: n } });
    const waiting = await waitingOf(g);
    const people = await Promise.all(
      Array.from({ length: n }, async (_, nth) => {
        const name = `approver-${nth}-${waiting.id}`;
        const userId = await test.database.stores.users.create({
          ...{ name, passwordHash: 'none', by: name, at: new Date(), grants: [] },
        });
        return { ...g.person('ben'), userId, name };
      }),
    );
    const codes = await Promise.all(
      people.map((person) => codeOf(approveReplay(g.deps, person, waiting.id, seal(waiting)))),
    );
    expect(codes).toEqual(people.map(() => 'done'));
    expect(await stateOf(waiting)).toBe('approved');
  });

  it('an approval is prepared anew where the seal has changed meanwhile, and is none of the new one', async () => {
    const g = await flowOf();
    const waiting = await waitingOf(g);
    const deps = writtenMeanwhile(g, waiting, `digest = '${'e'.repeat(64)}'`);
    expect(await codeOf(approveReplay(deps, g.person('ben'), waiting.id, seal(waiting)))).toBe(
      'digest_mismatch',
    );
    expect(await test.database.stores.replayApprovals.of(waiting.id)).toEqual([]);
  });

  it('pause and abort ask nothing, however often the executor notes its run', async () => {
    const g = await flowOf();
    const running = await runningOf(g);
    const deps = writtenMeanwhile(g, running, untouched);
    expect(await codeOf(pauseReplay(deps, g.person('ana'), running.id, {}))).toBe('done');
    expect(await stateOf(running)).toBe('paused');
    expect(await codeOf(abortReplay(deps, g.person('ana'), running.id, { reason: 'enough' }))).toBe('done');
  });

  it('what asks nothing of Kafka is decided by the state that is locked, not by the one that was read', async () => {
    const g = await flowOf();
    const waiting = await waitingOf(g);
    const approved = writtenMeanwhile(g, waiting, `state = 'canary'`);
    expect(await codeOf(withdrawReplay(approved, g.person('ana'), waiting.id))).toBe('wrong_state');
    expect(await codeOf(rejectReplay(approved, g.person('ben'), waiting.id, { comment: 'no' }))).toBe(
      'already_decided',
    );
    expect(await stateOf(waiting)).toBe('canary');
  });

  it('pause-all goes on where one can not be paused, and tells which', async () => {
    const g = await flowOf();
    const [first, second] = [await runningOf(g), await runningOf(await flowOf())];
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const answer = await pauseAllReplays(cutOffFrom(g, first), g.person('ana'), {
      reason: 'something is wrong',
    });
    said.mockRestore();
    expect(answer.failed).toEqual([
      { id: first.id, detail: 'It could not be paused: see the log of the web process.' },
    ]);
    expect(answer.ids).toContain(second.id);
    expect(answer.paused).toBe(answer.ids.length);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['canary', 'paused']);
  });

  it('what has started and ended is told to be started already', async () => {
    const g = await flowOf();
    const running = await runningOf(g);
    await pauseReplay(g.deps, g.person('ana'), running.id, {});
    await abortReplay(g.deps, g.person('ana'), running.id, { reason: 'enough' });
    expect(await refusal(startReplay(g.deps, g.person('ana'), running.id))).toBe(
      `already_started: Replay ${running.id} is already started. This replay is closed: it was aborted.`,
    );
  });
});
