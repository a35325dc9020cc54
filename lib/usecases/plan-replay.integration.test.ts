import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { withTestAdmin } from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { hashPolicy } from '#lib/config/build.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { flowName, groupId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { decodeChunk, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { sealStanding } from '#lib/domain/replays/seal.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';
import { withdrawReplay } from './steer-replay.ts';

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof SluiceError ? error.code : error),
  );

describe('planning a replay', () => {
  let test: TestDatabase;
  const open: Governed[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const governed of open.splice(0)) await governed.close();
  });
  afterAll(() => test.drop());

  const flowOf = async (
    ...options: Parameters<typeof governedFlow> extends [unknown, ...infer R] ? R : never
  ) => {
    const governed = await governedFlow(test.database, ...options);
    open.push(governed);
    return governed;
  };
  const evidence = (replay: Awaited<ReturnType<typeof planReplay>>, name: string) =>
    replay.plan?.evidence.find((item) => item.name === name);

  it('freezes what is open, in origin order, and seals it', async () => {
    const g = await flowOf();
    await g.produce(30);
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    const planned = await planReplay(g.deps, ana, draft.id);

    expect(planned.stateReason).toBeNull();
    expect(planned.state).toBe('planned');
    expect(planned.plan?.manifest).toMatchObject({ records: 30, leftOut: 0, keys: 30 });
    expect(planned.plan?.routing).toBe('origin_partition');
    expect(sealStanding(planned)).toBe('holds');
    expect(evidence(planned, 'idempotencyKey')).toMatchObject({ status: 'good', denominator: 30 });
    expect(evidence(planned, 'targetGroup')).toMatchObject({ status: 'good' });

    const outline = await test.database.stores.manifestChunks.outline(draft.id);
    expect(manifestRoot(outline)).toBe(planned.manifestRoot);
    const chunk = await test.database.stores.manifestChunks.read(draft.id, 0);
    const entries = decodeChunk(chunk?.body ?? '');
    expect(entries.map((entry) => entry.ordinal)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    const keys = entries.map((entry) => [entry.origin?.partition, Number(entry.origin?.offset)]);
    expect(keys).toEqual([...keys].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)));
    expect(entries.every((entry) => entry.destinationPartition === entry.origin?.partition)).toBe(true);
  });

  it('takes the oldest up to the bound and says how many it left out; planning again replaces', async () => {
    const g = await flowOf();
    await g.produce(25);
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody({ bounds: { maxRecords: 10 } }));
    const first = await planReplay(g.deps, ana, draft.id);
    expect(first.plan?.manifest).toMatchObject({
      records: 10,
      leftOut: 15,
      leftOutReasons: { over_bounds: 15 },
    });
    const again = await planReplay(g.deps, ana, draft.id);
    expect(again.plan?.manifest.records).toBe(10);
    expect(again.digest).not.toBe(first.digest);
    expect(again.manifestRoot).toBe(first.manifestRoot);
  });

  it('takes the oldest that are there up to the bound, past what has expired', async () => {
    const g = await flowOf();
    await g.produce(30);
    await withTestAdmin(async (admin) => {
      await admin.fetchTopicOffsets(g.topics.dlq); // or kafkajs does not know its leaders
      await admin.deleteTopicRecords({ topic: g.topics.dlq, partitions: [{ partition: 0, offset: '3' }] });
    });
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody({ bounds: { maxRecords: 10 } }));
    const planned = await planReplay(g.deps, ana, draft.id);
    expect(planned.plan?.manifest).toMatchObject({
      records: 10,
      leftOutReasons: { expired: 3, over_bounds: 17 },
    });
    const chunk = await test.database.stores.manifestChunks.read(draft.id, 0);
    const places = decodeChunk(chunk?.body ?? '').map(({ partition, offset }) => `${partition}@${offset}`);
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ place: string }>(
      `SELECT partition || '@' || "offset" AS place FROM dead_letter
       WHERE topic_id = $1 AND NOT (partition = 0 AND "offset" < 3) ORDER BY at, partition, "offset" LIMIT 10`,
      [g.dlqTopicId],
    );
    await owner.end();
    expect(places.sort()).toEqual(rows.map(({ place }) => place).sort());
  });

  it('leaves a bound of bytes unbroken', async () => {
    const g = await flowOf();
    await g.produce(5, { value: (n) => JSON.stringify({ orderId: `order-${n}`, pad: 'x'.repeat(10_000) }) });
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody({ bounds: { maxBytes: 25_000 } }));
    const planned = await planReplay(g.deps, ana, draft.id);
    expect(planned.plan?.manifest.records).toBe(2);
    expect(planned.plan?.manifest.bytes).toBeLessThanOrEqual(25_000);
  });

  it('holds its records: another replay gets none of them until it is withdrawn', async () => {
    const g = await flowOf();
    await g.produce(4);
    const ana = g.person('ana');
    const first = await draftReplay(g.deps, ana, g.draftBody());
    await planReplay(g.deps, ana, first.id);
    const second = await draftReplay(g.deps, ana, g.draftBody());
    expect(await codeOf(planReplay(g.deps, ana, second.id))).toBe('already_in_replay');
    const chosen = await draftReplay(
      g.deps,
      ana,
      g.draftBody({
        source: { topic: g.topics.dlq, selection: { records: [{ partition: 0, offset: '0' }] } },
      }),
    );
    const error = await planReplay(g.deps, ana, chosen.id).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'already_in_replay', fields: { replays: [first.id] } });
    await withdrawReplay(g.deps, ana, first.id);
    expect((await planReplay(g.deps, ana, second.id)).state).toBe('planned');
  });

  it('takes of one lineage root only the newest dead letter', async () => {
    const g = await flowOf();
    await g.produce(6, { origin: (n) => n % 3 });
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    const planned = await planReplay(g.deps, ana, draft.id);
    expect(planned.plan?.manifest).toMatchObject({ records: 3, leftOutReasons: { superseded: 3 } });
  });

  it('takes what came back, even when the outcome that sent it was written later', async () => {
    const g = await flowOf();
    await g.produce(2, { origin: () => 0 });
    const place = (offset: bigint, partition: number) => ({ topicId: g.dlqTopicId, partition, offset });
    const later = new Date(Date.now() + 60_000);
    const by = { replayId: 'r-before', reason: null, by: 'sluice', at: later };
    const { dispositions } = test.database.stores;
    await dispositions.set(g.clusterId, [place(0n, 0)], { ...by, disposition: 'replayed' });
    await dispositions.set(g.clusterId, [place(0n, 1)], { ...by, disposition: 'came_back' });
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    expect((await planReplay(g.deps, ana, draft.id)).plan?.manifest.records).toBe(1);
  });

  it('does not send again what another replay has settled since', async () => {
    const g = await flowOf();
    await g.produce(2, { origin: () => 0 });
    const ana = g.person('ana');
    await test.database.stores.dispositions.set(
      g.clusterId,
      [{ topicId: g.dlqTopicId, partition: 1, offset: 0n }],
      {
        disposition: 'consumed_past',
        replayId: 'r-before',
        reason: null,
        by: 'sluice',
        at: new Date(Date.now() + 60_000),
      },
    );
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    expect(await codeOf(planReplay(g.deps, ana, draft.id))).toBe('nothing_to_replay');
  });

  it('says of every chosen record that it does not take why not, and warns', async () => {
    const g = await flowOf();
    await g.produce(6);
    const ana = g.person('ana');
    const dismissed = { topicId: g.dlqTopicId, partition: 0, offset: 0n };
    await test.database.stores.dispositions.set(g.clusterId, [dismissed], {
      ...{ disposition: 'dismissed', replayId: null, reason: 'x', by: 'ana', at: new Date() },
    });
    const planOf = async (offsets: readonly [number, string][], times: { to?: string } = {}) => {
      const records = offsets.map(([partition, offset]) => ({ partition, offset }));
      const source = { topic: g.topics.dlq, selection: { records, ...times } };
      const { id } = await draftReplay(g.deps, ana, g.draftBody({ source }));
      return { id, planned: planReplay(g.deps, ana, id) };
    };
    const some = await planOf([
      [0, '0'],
      [0, '1'],
      [0, '01'],
      [1, '777'],
    ]);
    const planned = await some.planned;
    expect(planned.plan?.manifest).toMatchObject({
      records: 1,
      leftOut: 2,
      leftOutReasons: { decided: 1, not_found: 1 },
    });
    expect(evidence(planned, 'manifest')).toMatchObject({
      status: 'warns',
      sentence:
        '1 record frozen on 1 partition; left out: 1 no longer open, 1 not among the indexed dead letters of the topic.',
      denominator: 3,
    });
    await withdrawReplay(g.deps, ana, some.id);
    const before = await planOf([[0, '1']], { to: '2001-01-01T00:00:00.000Z' });
    await expect(before.planned).rejects.toMatchObject({
      code: 'nothing_to_replay',
      fields: { leftOutReasons: { outside_times: 1 } },
    });
    const all = await (await planOf([[0, '1']])).planned;
    expect(evidence(all, 'manifest')?.sentence).toContain('none left out');
  });

  it('refuses a selection without open dead letters', async () => {
    const g = await flowOf();
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    expect(await codeOf(planReplay(g.deps, ana, draft.id))).toBe('nothing_to_replay');
  });

  it.each([
    ['is stalled', { status: 'stalled' }],
    ['has no members', { state: 'Empty', members: 0 }],
  ])('is blocked while the target %s', async (_what, seen) => {
    const g = await flowOf();
    await g.produce(2);
    await g.seeGroup(seen);
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    const planned = await planReplay(g.deps, ana, draft.id);
    expect(planned.state).toBe('blocked');
    expect(planned.plan?.policy.verdict).toBe('blocked');
    expect(planned.plan?.policy.rules.map((rule) => rule.rule)).toContain('evidence.targetGroup');
  });

  it('is blocked when the destination would delete records with the timestamps of their originals at once', async () => {
    // The originals are of November 2023, their dead letters of now; the broker keeps what it is not told otherwise for seven days.
    const g = await flowOf({ policy: { timestamp: 'original' } });
    await g.produce(2);
    const draft = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    const planned = await planReplay(g.deps, g.person('ana'), draft.id);
    expect(planned.state).toBe('blocked');
    expect(evidence(planned, 'writeDiff')).toMatchObject({ status: 'blocks' });
  });

  it('may go to the origin where every group that reads it is declared replay-safe, each by its own flow', async () => {
    const g = await flowOf({ policy: { destinations: ['origin'] }, flow: { boundary: plainBoundary } });
    await g.produce(2);
    const id = groupId(`${g.flow.name}-inventory`);
    const partitions = [partitionReading({ topic: g.topics.origin })];
    await test.database.stores.lag.saveGroups(
      'main',
      [storedGroup({ groupId: id, members: 1, partitions })],
      g.deps.clock(),
    );
    const inventory: Flow = {
      ...{ ...g.flow, name: flowName(id), groups: [{ id, isolation: 'read_committed', replaySafe: true }] },
      ...{ retryTopics: [], deadLetters: null, quarantine: null },
    };
    const decided = { flows: [g.flow, inventory], defaultPolicy };
    const config = { ...g.deps.config, ...decided, policyHash: hashPolicy(decided) };
    const deps = { ...g.deps, config };
    const ana = g.person('ana');
    const draft = await draftReplay(deps, ana, g.draftBody({ destination: { kind: 'origin' } }));
    const planned = await planReplay(deps, ana, draft.id);
    expect(planned.stateReason).toBeNull();
    expect(evidence(planned, 'fanOut')).toMatchObject({ status: 'warns', value: { readers: 2, unsafe: 0 } });
  });

  it('is blocked when a record lacks the idempotency key of an external effect', async () => {
    const g = await flowOf();
    await g.produce(3, { value: (n) => JSON.stringify(n === 1 ? { n } : { orderId: `o-${n}` }) });
    const ana = g.person('ana');
    const draft = await draftReplay(g.deps, ana, g.draftBody());
    const planned = await planReplay(g.deps, ana, draft.id);
    expect(planned.state).toBe('blocked');
    expect(evidence(planned, 'idempotencyKey')).toMatchObject({ status: 'blocks', value: { seen: 2 } });
    const aside = await withdrawReplay(g.deps, ana, draft.id).then(() =>
      draftReplay(g.deps, ana, g.draftBody({ destination: { kind: 'quarantine' } })),
    );
    expect((await planReplay(g.deps, ana, aside.id)).state).toBe('planned');
  });

  it.each([
    ['more records than the policy allows', { bounds: { maxRecords: 1_000_000 } }, 'bound_exceeds_policy'],
    ['a shorter settle time', { canary: { settleMs: 1 } }, 'bound_exceeds_policy'],
    [
      'a destination that the policy does not list',
      { destination: { kind: 'origin' as const } },
      'destination_not_allowed',
    ],
    [
      'a topic that nobody declares',
      { destination: { kind: 'topic' as const, topic: 'x' } },
      'destination_not_allowed',
    ],
    ['an unknown cluster', { cluster: 'nowhere' }, 'not_found'],
  ])('refuses to draft %s', async (_what, more, code) => {
    const g = await flowOf();
    expect(await codeOf(draftReplay(g.deps, g.person('ana'), g.draftBody(more)))).toBe(code);
  });

  it('does not let a viewer draft', async () => {
    const g = await flowOf();
    expect(await codeOf(draftReplay(g.deps, g.person('vera'), g.draftBody()))).toBe('forbidden');
  });
});
