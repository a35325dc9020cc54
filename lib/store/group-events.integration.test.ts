import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import type { GroupEvent } from '#lib/domain/lag/group-sight.ts';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const event = (more: Partial<GroupEvent> = {}): GroupEvent => ({
  groupId: 'payments',
  atMs: nowMs,
  kind: 'rebalanced',
  text: 'Rebalanced over 2 members.',
  ...more,
});
const all = (cluster: string) => [{ cluster, groupIds: null }];

let test: TestDatabase;
const events = () => test.database.stores.groupEvents;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('events of groups', () => {
  it('are read newest first, a page at a time, within a range, of one kind, of the groups that may be seen', async () => {
    const at = (minutes: number) => nowMs - minutes * 60_000;
    await events().append('main', [
      event({ atMs: at(3), kind: 'member_joined', text: 'a \0 joined' }),
      event({ atMs: at(2) }),
      event({ atMs: at(1), groupId: 'audit' }),
    ]);
    await events().append('other', [event()]);
    const [first, ...none] = await events().list(all('main'), {}, { limit: 1, after: null });
    expect(first).toMatchObject({ groupId: 'audit', count: 1 });
    expect(none).toEqual([]);
    if (!first) throw new Error('no event');
    const rest = await events().list(all('main'), {}, { limit: 9, after: first });
    expect(rest.map((each) => each.kind)).toEqual(['rebalanced', 'member_joined']);
    const one = async (range: Parameters<ReturnType<typeof events>['list']>[1]) =>
      (await events().list(all('main'), range, { limit: 9, after: null })).map((each) => each.groupId);
    expect(await one({ kind: 'member_joined' })).toEqual(['payments']);
    expect(await one({ from: new Date(at(2)), to: new Date(at(1)) })).toEqual(['payments']);
    const scope = [{ cluster: 'main', groupIds: ['audit'] }];
    expect(await events().list(scope, {}, { limit: 9, after: null })).toHaveLength(1);
    expect(await events().list([], {}, { limit: 9, after: null })).toEqual([]);
  });

  it('a storm is folded into few lines, and every rebalance of it counts', async () => {
    for (let batch = 0; batch < 10; batch++)
      await events().append(
        'storm',
        Array.from({ length: 20 }, (_, i) => event({ atMs: nowMs + batch * 1000 + i })),
      );
    const lines = await events().list(all('storm'), {}, { limit: 500, after: null });
    expect(lines).toHaveLength(60);
    expect(lines.reduce((sum, each) => sum + each.count, 0)).toBe(200);
    const since = new Date(nowMs - 1);
    expect(await events().rebalances('storm', null, since)).toEqual(new Map([['payments', 200]]));
    expect(await events().rebalances('storm', ['audit'], since)).toEqual(new Map());
  });

  it('are kept for 30 days', async () => {
    await events().append('old', [event({ atMs: nowMs - 31 * 86_400_000 }), event()]);
    expect(await events().prune('old', new Date(nowMs))).toBe(1);
    expect(await events().list(all('old'), {}, { limit: 9, after: null })).toHaveLength(1);
  });
});

describe('what the watch remembers', () => {
  it('an older round never overwrites a newer one', async () => {
    const { clusterWatch } = test.database.stores;
    expect(await clusterWatch.save('main', { round: 2 }, new Date(nowMs))).toBe(true);
    expect(await clusterWatch.save('main', { round: 1 }, new Date(nowMs - 2_000))).toBe(false);
    expect(await clusterWatch.read('main')).toEqual({ data: { round: 2 }, asOf: new Date(nowMs) });
    expect(await clusterWatch.read('none')).toBeNull();
  });

  it('groups that changed are written, those that are gone forgotten', async () => {
    const { clusterWatch } = test.database.stores;
    await clusterWatch.saveGroups('main', [{ groupId: 'a' }, { groupId: 'b' }], []);
    await clusterWatch.saveGroups('main', [{ groupId: 'a', state: 'Stable' } as { groupId: string }], ['b']);
    expect(await clusterWatch.readGroups('main')).toEqual([{ groupId: 'a', state: 'Stable' }]);
  });
});
