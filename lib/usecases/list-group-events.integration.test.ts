import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import type { Config } from '#lib/config/config.ts';
import { type ClusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import { groupEventView as contractOfEvent } from '#lib/contract/group-events.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { countRebalances } from './count-rebalances.ts';
import { listClusters } from './list-clusters.ts';
import { eventPositionOf, groupEventView, listAllGroupEvents, listGroupEvents } from './list-group-events.ts';

const now = new Date('2026-05-04T10:00:30.000Z');
const config = {
  clusters: [{ name: 'main' }],
  flows: [{ name: 'payments', cluster: 'main', groups: [{ id: 'payments-service' }] }],
} as unknown as Config;
const who = (flow: string): Principal => ({
  userId: 'u1',
  name: 'ana',
  grants: [{ role: 'viewer', cluster: 'main', flow }],
  via: 'session',
});
const of = (group: string) => ({ cluster: 'main', group });

let test: TestDatabase;
const deps = () => ({ database: test.database, config, clock: () => now });
beforeAll(async () => {
  test = await createTestDatabase();
  const event = (groupId: string, secondsAgo: number) => ({
    groupId,
    atMs: now.getTime() - secondsAgo * 1_000,
    kind: 'rebalanced' as const,
    text: 'Rebalanced over 2 members.',
  });
  await test.database.stores.groupEvents.append('main', [
    event('payments-service', 30),
    event('payments-service', 20),
    event('secret', 10),
  ]);
});
afterAll(() => test.drop());

describe('events of groups', () => {
  it('of one group, newest first, page by page', async () => {
    const rows = await listGroupEvents(deps(), who('*'), of('payments-service'), { limit: 1 }, null);
    const [first] = rows;
    if (!first) throw new Error('no event');
    expect(contractOfEvent.parse(groupEventView(first))).toMatchObject({ at: '2026-05-04T10:00:10.000Z' });
    const next = { limit: 1 };
    const rest = await listGroupEvents(
      deps(),
      who('*'),
      of('payments-service'),
      next,
      eventPositionOf(first),
    );
    expect(rest.map((each) => each.at.toISOString())).toEqual(['2026-05-04T10:00:00.000Z']);
    const wrong = { limit: 1, from: now.toISOString(), to: '2026-05-04T10:00:00.000Z' };
    await expect(
      listGroupEvents(deps(), who('*'), of('payments-service'), wrong, null),
    ).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('only of groups that the one who asks may see', async () => {
    const groupsOf = async (flow: string) =>
      (await listAllGroupEvents(deps(), who(flow), { limit: 10 }, null)).map((each) => each.groupId);
    expect(await groupsOf('*')).toEqual(['secret', 'payments-service', 'payments-service']);
    expect(await groupsOf('payments')).toEqual(['payments-service', 'payments-service']);
    await expect(
      listGroupEvents(deps(), who('payments'), of('secret'), { limit: 10 }, null),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      listGroupEvents(deps(), who('*'), { cluster: 'none', group: 'x' }, { limit: 10 }, null),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('rebalances are unknown, not 0, until somebody watches', async () => {
    const count = () => countRebalances(test.database, 'main', ['payments-service', 'quiet'], now);
    expect((await count())('payments-service')).toBeNull();
    await test.database.stores.clusterWatch.save('main', {}, now);
    const counted = await count();
    expect([counted('payments-service'), counted('quiet')]).toEqual([2, 0]);
  });
});

describe('findings of a cluster', () => {
  it('name no group that the one who asks may not see', async () => {
    const finding = (code: 'groups_unreadable' | 'partitions_offline'): ClusterView['findings'][number] => ({
      code,
      severity: 'warn',
      sentence:
        code === 'groups_unreadable' ? 'Offsets of secret could not be read.' : 'orders-0 is offline.',
      since: now.toISOString(),
      count: 1,
      examples: [code === 'groups_unreadable' ? 'secret' : 'orders-0'],
      groups: ['payments-service', 'secret'],
      groupCount: 2,
    });
    const findings = [finding('partitions_offline'), finding('groups_unreadable')];
    await test.database.stores.lag.saveCluster({
      cluster: 'main',
      clusterId: 'x',
      state: 'degraded',
      data: {
        ...nothingKnownOfCluster,
        findings,
        detail: findings.map((each) => each.sentence).join(' '),
      },
      asOf: now,
      triedAt: now,
      roundMs: 1,
    });
    const [whole] = await listClusters(deps(), who('*'));
    expect(whole?.findings).toEqual(findings);
    const [part] = await listClusters(deps(), who('payments'));
    expect(JSON.stringify(part)).not.toContain('secret');
    expect(part?.findings[0]).toMatchObject({ groups: ['payments-service'], groupCount: 2 });
    expect(part?.findings[0]?.examples).toEqual(['orders-0']);
    expect(part?.detail).toMatch(/^orders-0 is offline\. Offsets of groups could not be read \(1\)\.$/);
  });
});
