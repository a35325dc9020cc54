import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { parsePrometheusText } from '#fixtures/prometheus-text.ts';
import type { Config } from '#lib/config/config.ts';
import { clusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import * as contract from '#lib/contract/lag.ts';
import type { Principal, Role } from '#lib/domain/access/roles.ts';
import type { PartitionReading } from '#lib/domain/lag/group.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { packBody } from '#lib/store/lag-history-body.ts';
import { listClusters } from './list-clusters.ts';
import { listGroups, positionForm } from './list-groups.ts';
import { collectMetrics } from './metrics/collect-metrics.ts';
import { readGroup } from './read-group.ts';
import { readGroupHistory } from './read-group-history.ts';

const now = new Date('2026-05-04T10:00:30.000Z');
const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const objectives = { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000 };
const config = {
  clusters: [{ name: 'main' }, { name: 'other' }],
  flows: [
    { name: 'payments', cluster: 'main', groups: [], deadLetters: null, objectives },
    { name: 'fraud', cluster: 'main', groups: [], deadLetters: null, objectives },
  ],
} as unknown as Config;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.database.stores.lag.keepOnly('main', []));

const deps = () => ({ database: test.database, config, clock: () => now });
const who = (role: Role, flow = '*'): Principal => ({
  userId: 'u1',
  name: 'ana',
  grants: [{ role, cluster: 'main', flow }],
  via: 'session',
});

const partition = (more: Partial<PartitionReading> = {}) =>
  partitionReading({
    committed: 40n,
    lagRecords: 60n,
    lagStableRecords: 60n,
    unreadSinceMs: now.getTime() - 1_500,
    lagMsError: 1_000,
    status: 'lagging',
    consumeRate: 1,
    produceRate: 2,
    drainMs: null,
    member: 'member-1',
    host: '10.0.0.1',
    ...more,
  });
const member = {
  memberId: 'member-1',
  clientId: 'pay',
  host: '10.0.0.1',
  instanceId: null,
  rackId: null,
  epoch: null,
  assignment: [],
};
/** A group of one partition. */
const group = (
  groupId: string,
  of: Partial<PartitionReading> = {},
  more: Parameters<typeof storedGroup>[0] = {},
) => storedGroup({ groupId, members: 1, memberList: [member], partitions: [partition(of)], ...more });
const waiting = (seconds: number) => ({ unreadSinceMs: now.getTime() - seconds * 1_000 });
const unknownLag = { lagRecords: null, lagMsMethod: null, unreadSinceMs: null };
const save = (...groups: StoredGroup[]) => test.database.stores.lag.saveGroups('main', groups, now);
const query = (more: Record<string, unknown> = {}) =>
  contract.listGroups.query?.parse(more) as Parameters<typeof listGroups>[3];
const ids = async (more: Record<string, unknown> = {}, principal = who('viewer')) =>
  (await listGroups(deps(), principal, 'main', query(more), null)).items.map((each) => each.groupId);

describe('listGroups', () => {
  it('worst first, then most lag; what is not known comes last when sorted by lag', async () => {
    await save(
      group('fine', { status: 'ok', lagRecords: 0n, unreadSinceMs: null }),
      group('unknown', { status: 'unknown', ...unknownLag }),
      group('stuck-little', { status: 'stalled', lagRecords: 5n, ...waiting(9) }),
      group('stuck-much', { status: 'stalled', lagRecords: 9007199254740993n, ...waiting(8) }),
    );
    expect(await ids()).toEqual(['stuck-much', 'stuck-little', 'unknown', 'fine']);
    expect(await ids({ sort: 'lag' })).toEqual(['stuck-much', 'stuck-little', 'fine', 'unknown']);
    expect(await ids({ sort: 'lag', order: 'asc' })).toEqual([
      'fine',
      'stuck-little',
      'stuck-much',
      'unknown',
    ]);
    expect(await ids({ sort: 'timeLag' })).toEqual(['stuck-little', 'stuck-much', 'fine', 'unknown']);
    expect(await ids({ sort: 'name' })).toEqual(['fine', 'stuck-little', 'stuck-much', 'unknown']);
    expect(await ids({ sort: 'name', order: 'desc' })).toEqual([
      'unknown',
      'stuck-much',
      'stuck-little',
      'fine',
    ]);
    const { items } = await listGroups(deps(), who('viewer'), 'main', query(), null);
    expect(items[0]?.lagRecords).toBe('9007199254740993');
  });

  it('filters, and takes % and _ in a search for what they are', async () => {
    await save(
      group('pay_1', {}, { flow: 'payments' }),
      group('payX1', { status: 'ok' }, { type: 'consumer', state: 'Empty' }),
      group('100%'),
    );
    expect(await ids({ q: 'pay_' })).toEqual(['pay_1']);
    expect(await ids({ q: '%' })).toEqual(['100%']);
    expect(await ids({ q: 'PAY', sort: 'name' })).toEqual(['payX1', 'pay_1']);
    expect(await ids({ type: 'consumer' })).toEqual(['payX1']);
    expect(await ids({ state: 'empty' })).toEqual(['payX1']);
    expect(await ids({ status: 'ok' })).toEqual(['payX1']);
    expect(await ids({ flow: 'payments' })).toEqual(['pay_1']);
  });

  it.each(['status', 'lag', 'timeLag', 'name'])(
    'pages by %s hand over every group once, whatever comes and goes',
    async (sort) => {
      const all = Array.from({ length: 25 }, (_, i) =>
        group(`g"${i}/é`, {
          status: lagStatuses[i % 3] ?? 'ok',
          lagRecords: i % 4 === 0 ? null : BigInt(i % 5),
          ...waiting(i % 3),
        }),
      );
      await save(...all);
      const seen: string[] = [];
      let position: string | null = null;
      for (let pages = 0; pages < 10; pages++) {
        const page: Awaited<ReturnType<typeof listGroups>> = await listGroups(
          deps(),
          who('viewer'),
          'main',
          query({ sort, limit: 7 }),
          position,
        );
        seen.push(...page.items.map((each) => each.groupId));
        position = page.next;
        if (position === null) break;
        expect(position).toMatch(positionForm);
        await save(group(`late-${pages}`, { status: 'expired', lagRecords: 999_999n, ...waiting(999) }));
      }
      const known = seen.filter((id) => !id.startsWith('late-'));
      expect(known.toSorted()).toEqual(all.map((each) => each.groupId).toSorted());
    },
  );

  it('a cursor of another order is refused, an unknown cluster not found', async () => {
    await expect(
      listGroups(deps(), who('viewer'), 'main', query(), '["lag:desc",1,0,"x"]'),
    ).rejects.toMatchObject({ code: 'bad_request' });
    await expect(listGroups(deps(), who('viewer'), 'nope', query(), null)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(listGroups(deps(), who('viewer'), 'other', query(), null)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('who holds a role on one flow sees the groups of that flow', async () => {
    await save(group('a', {}, { flow: 'payments' }), group('b', {}, { flow: 'fraud' }), group('c'));
    expect(await ids({ sort: 'name' }, who('viewer', 'payments'))).toEqual(['a']);
    expect(await ids({ sort: 'name' }, who('viewer', 'nothing'))).toEqual([]);
    await expect(
      readGroup(deps(), who('viewer', 'payments'), { cluster: 'main', group: 'b' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('readGroup', () => {
  it('answers the contract; the key of the blocking record only to who may read payloads', async () => {
    const blocking = {
      topic: 'orders.v1',
      partition: 0,
      offset: '40',
      keyText: 'order-40',
      valueBytes: 8,
      at: now.toISOString(),
      sameKeyDeadLetters: 2,
    };
    await save(group('payments-service', {}, { blocking, memberList: null, members: null }));
    const of = { cluster: 'main', group: 'payments-service' };
    const viewed = contract.groupDetail.parse(await readGroup(deps(), who('viewer'), of));
    expect(viewed.blocking).toMatchObject({ offset: '40', keyText: null });
    expect(viewed).toMatchObject({ members: null, memberList: [], asOf: now.toISOString() });
    expect((await readGroup(deps(), who('responder'), of)).blocking?.keyText).toBe('order-40');
    await expect(readGroup(deps(), who('viewer'), { cluster: 'main', group: 'none' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('history', () => {
  const sample = async (groupId: string, at: Date, lagRecords: bigint) => {
    const { history } = test.database.stores.lag;
    const places = '[["orders.v1",0]]';
    const layout = (await history.layouts('main', [{ groupId, places }], at)).get(groupId) ?? -1;
    await history.makePartitions(at);
    await history.append('10s', at, [
      { layout, lagRecords, lagMs: 10, body: packBody([{ lagRecords, lagMs: 10 }]) },
    ]);
  };

  it('a gap is null, the worst of a step counts, the total comes first', async () => {
    await save(group('h'));
    for (const [ago, lag] of [
      [120, 5n],
      [90, 7n],
      [88, 3n],
      [30, 2n],
    ] as const)
      await sample('h', secondsAgo(ago), lag);
    const from = secondsAgo(150).toISOString();
    const answer = contract.history.parse(
      await readGroupHistory(
        deps(),
        who('viewer'),
        { cluster: 'main', group: 'h' },
        { from, to: now.toISOString(), step: 30_000 },
      ),
    );
    expect(answer.series.map(({ topic, partition }) => [topic, partition])).toEqual([
      [null, null],
      ['orders.v1', 0],
    ]);
    expect(answer.series[0]?.points.map(([, lag]) => lag)).toEqual([null, '5', '7', null, '2']);
    const one = await readGroupHistory(
      deps(),
      who('viewer'),
      { cluster: 'main', group: 'h' },
      { from, topic: 'orders.v1' },
    );
    expect(one.series).toHaveLength(1);
    const total = await readGroupHistory(
      deps(),
      who('viewer'),
      { cluster: 'main', group: 'h' },
      { from, to: now.toISOString(), step: 30_000, series: 'total' },
    );
    expect(total.series).toEqual([answer.series[0]]);
    const { items } = await listGroups(deps(), who('viewer'), 'main', query({ q: 'h' }), null);
    expect(items[0]?.trend).toHaveLength(60);
    expect(items[0]?.trend.filter(([, lag]) => lag !== null).map(([, lag]) => lag)).toEqual(['5', '7', '2']);
  });

  it('a month in seconds is widened to what can be drawn; from after to is refused', async () => {
    await save(group('h'));
    const of = { cluster: 'main', group: 'h' };
    const month = { from: secondsAgo(30 * 86_400).toISOString(), step: 1_000 };
    expect((await readGroupHistory(deps(), who('viewer'), of, month)).stepMs).toBeGreaterThanOrEqual(
      1_728_000,
    );
    await expect(
      readGroupHistory(deps(), who('viewer'), of, {
        from: now.toISOString(),
        to: secondsAgo(5).toISOString(),
      }),
    ).rejects.toMatchObject({ code: 'bad_request' });
  });
});

describe('listClusters and collectMetrics', () => {
  const facts = {
    ...nothingKnownOfCluster,
    brokers: 3,
    kafkaVersion: '4.4',
    groups: 2,
    topics: 5,
    underMinIsr: 0,
    offlinePartitions: 0,
    detail: null,
  };
  const saveCluster = (triedAt: Date) =>
    test.database.stores.lag.saveCluster({
      cluster: 'main',
      clusterId: 'x',
      state: 'ok',
      data: facts,
      asOf: secondsAgo(4),
      triedAt,
      roundMs: 120,
    });

  it('a cluster never read has nulls; one without a collector is not ok', async () => {
    const everywhere = { ...who('viewer'), grants: [{ role: 'viewer' as const, cluster: '*', flow: '*' }] };
    await saveCluster(secondsAgo(2));
    const clusters = (await listClusters(deps(), everywhere)).map((each) => clusterView.parse(each));
    expect(clusters).toMatchObject([
      { name: 'main', state: 'ok', brokers: 3, detail: null },
      { name: 'other', state: 'unreachable', brokers: null, asOf: null },
    ]);
    await saveCluster(secondsAgo(60));
    expect((await listClusters(deps(), who('viewer')))[0]).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(/No worker has looked since/),
    });
    await test.database.stores.lag.saveClusterFailure('main', {
      state: 'unreachable',
      triedAt: secondsAgo(1),
      detail: 'gone. Last …',
    });
    expect((await listClusters(deps(), who('viewer')))[0]).toMatchObject({
      state: 'unreachable',
      brokers: 3,
      detail: 'gone. Last …',
      asOf: secondsAgo(4).toISOString(),
    });
  });

  it('the names of kafka-lag-exporter; what is not known has no sample', async () => {
    await saveCluster(secondsAgo(2));
    await save(group('quo"te'), group('new', { committed: null, ...unknownLag }));
    const text = [...(await collectMetrics(deps()))].join('');
    parsePrometheusText(text);
    const place =
      'topic="orders.v1",partition="0",member_host="10.0.0.1",consumer_id="member-1",client_id="pay"';
    expect(text).toContain(
      `kafka_consumergroup_group_lag{cluster_name="main",group="quo\\"te",${place}} 60\n`,
    );
    expect(text).toContain(
      `kafka_consumergroup_group_lag_seconds{cluster_name="main",group="quo\\"te",${place}} 1.5\n`,
    );
    expect(text).toContain('kafka_consumergroup_group_max_lag{cluster_name="main",group="quo\\"te"} 60\n');
    expect(text).toContain(
      'kafka_partition_latest_offset{cluster_name="main",topic="orders.v1",partition="0"} 100\n',
    );
    expect(text).toContain('sluice_collector_age_seconds{cluster_name="main"} 4\n');
    expect(text).not.toContain('kafka_consumergroup_group_lag{cluster_name="main",group="new"');
    expect(text).not.toMatch(/NaN|null|undefined/);
    expect(text.split('\n').filter((line) => line.startsWith('kafka_partition_latest_offset{'))).toHaveLength(
      1,
    );
  });
});
