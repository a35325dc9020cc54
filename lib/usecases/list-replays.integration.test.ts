import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { isPermitted } from '#lib/domain/access/decide.ts';
import type { RoleGrant } from '#lib/domain/access/roles.ts';
import { flowName, replayId } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { approveReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { listReplays } from './list-replays.ts';
import { planReplay } from './plan-replay.ts';
import { startReplay } from './start-replay.ts';
import { pauseReplay } from './steer-replay.ts';
import { submitReplay } from './submit-replay.ts';

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
  await governed.produce(4);
  return governed;
};
const idsOf = async (...asked: Parameters<typeof listReplays>) =>
  (await listReplays(...asked)).map((row) => row.view.id);

describe('the list of replays of somebody who may not read all', () => {
  /** As many as there are names, of the flow of that name. */
  const draftedIn = async (g: Governed, flows: readonly (string | null)[]) => {
    const first = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    const later = (n: number) => new Date(first.createdAt.getTime() + n);
    return Promise.all(
      flows.map((flow, n) =>
        test.database.stores.replays.create({
          ...first,
          id: replayId(`${first.id}-${n}`),
          flow: flow === null ? null : flowName(flow),
          createdAt: later(n + 1),
        }),
      ),
    );
  };

  it('ends where there are no more that they may read, not where a page holds none of them', async () => {
    const g = await flowOf();
    const mine = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    await draftedIn(g, ['others', 'others', 'others', null]);
    const vera = {
      ...g.person('vera'),
      grants: [{ role: 'viewer' as const, cluster: 'main', flow: g.flow.name }],
    };
    const [drafted] = await listReplays(g.deps, vera, { topic: g.topics.dlq }, { limit: 1 });
    expect(drafted?.view.flow).toBe(g.flow.name);
    expect(await idsOf(g.deps, vera, { topic: g.topics.dlq }, { limit: 3 })).toContain(mine.id);
  });

  it.each<[string, Omit<RoleGrant, 'role'>[]]>([
    ['nothing', []],
    ['one flow', [{ cluster: 'main', flow: 'pay_eu' }]],
    ['a prefix, in which _ is itself', [{ cluster: 'main', flow: 'pay_*' }]],
    ['a prefix of clusters', [{ cluster: 'ma*', flow: '*' }]],
    ['all flows of another cluster', [{ cluster: 'other', flow: '*' }]],
    ['some flows of all clusters', [{ cluster: '*', flow: 'pay*' }]],
    ['everything', [{ cluster: '*', flow: '*' }]],
    [
      'everything and one flow',
      [
        { cluster: 'main', flow: 'ship' },
        { cluster: '*', flow: '*' },
      ],
    ],
    [
      'two things',
      [
        { cluster: 'main', flow: 'ship' },
        { cluster: 'main', flow: 'pay%*' },
      ],
    ],
  ])('shows what a grant of %s covers, by the rule that one replay is judged by', async (_what, places) => {
    const g = await flowOf();
    const all = await draftedIn(g, ['pay_eu', 'pay_us', 'payXeu', 'pay', 'pay%s', 'ship', null]);
    const holder = {
      ...g.person('vera'),
      grants: places.map((place) => ({ role: 'viewer' as const, ...place })),
    };
    const readable = ({ cluster, flow }: Replay) => isPermitted(holder, 'read', { cluster, flow });
    const listed = await idsOf(g.deps, holder, { topic: g.topics.dlq }, { limit: 100 });
    expect(all.map((replay) => replay.id).filter((id) => listed.includes(id))).toEqual(
      all.filter(readable).map((replay) => replay.id),
    );
  });
});

describe('what waits for me', () => {
  const waitingOf = async (g: Governed) => {
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    await planReplay(g.deps, g.person('ana'), id);
    return submitReplay(g.deps, g.person('ana'), id);
  };
  const approve = (g: Governed, replay: Replay, by: string) =>
    approveReplay(g.deps, g.person(by), replay.id, {
      digest: replay.digest ?? '',
      policyVersion: replay.policyVersion ?? 0,
    });
  const inbox = (g: Governed, name: string) =>
    idsOf(
      g.deps,
      g.person(name),
      { awaitingUserId: g.person(name).userId, topic: g.topics.dlq },
      { limit: 10 },
    );

  it('is also the rest of a replay from which records came back, until enough have approved that', async () => {
    const g = await flowOf({ policy: { approvals: 2 } });
    const waiting = await waitingOf(g);
    await approve(g, waiting, 'ben');
    expect(await inbox(g, 'ben')).toEqual([]);
    await approve(g, waiting, 'cleo');
    const { run } = await startReplay(g.deps, g.person('ana'), waiting.id);
    if (!run) throw new Error('no run');
    const paused = await pauseReplay(g.deps, g.person('ana'), waiting.id, {});
    expect(await inbox(g, 'ben')).toEqual([]);
    const change = { run: { ...run, approvalRound: 1 } };
    await test.database.stores.replays.update(waiting.id, paused.revision, change, new Date());
    expect(await inbox(g, 'ben')).toEqual([waiting.id]);
    expect(await inbox(g, 'ana')).toEqual([]);
    await approve(g, waiting, 'ben');
    expect([await inbox(g, 'ben'), await inbox(g, 'cleo')]).toEqual([[], [waiting.id]]);
    await approve(g, waiting, 'cleo');
    expect([await inbox(g, 'ben'), await inbox(g, 'cleo')]).toEqual([[], []]);
  });

  it('holds nothing of a flow that I do not approve for', async () => {
    const g = await flowOf();
    const waiting = await waitingOf(g);
    const ben = {
      ...g.person('ben'),
      grants: [{ role: 'approver' as const, cluster: 'main', flow: 'other' }],
    };
    const asked = { awaitingUserId: ben.userId, topic: g.topics.dlq };
    expect(await idsOf(g.deps, ben, asked, { limit: 10 })).toEqual([]);
    expect(await inbox(g, 'ben')).toEqual([waiting.id]);
  });
});
