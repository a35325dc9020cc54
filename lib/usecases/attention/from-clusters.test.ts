import { describe, expect, it } from 'vitest';
import { type ClusterFinding, type ClusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import { clusterItems, followedFinding } from './from-clusters.ts';

const finding = (more: Partial<ClusterFinding> = {}): ClusterFinding => ({
  code: 'partitions_offline',
  severity: 'act',
  sentence: '2 partitions offline (no leader): orders.v1-0, orders.v1-1.',
  since: '2026-01-01T00:00:00.000Z',
  count: 2,
  examples: [],
  groups: [],
  groupCount: 0,
  ...more,
});
const cluster = (more: Partial<ClusterView> = {}): ClusterView => ({
  ...nothingKnownOfCluster,
  name: 'main',
  state: 'degraded',
  asOf: '2026-01-01T00:00:00.000Z',
  ...more,
});

describe('is it Kafka', () => {
  it('each finding is a line with its time and who likely follows', () => {
    const groups = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const [line, ...others] = clusterItems([
      cluster({
        findings: [
          finding({ groups, groupCount: 7 }),
          finding({ code: 'controller_changed', severity: 'info' }),
        ],
      }),
    ]);
    expect(line).toMatchObject({
      severity: 'act',
      title: '2 partitions offline (no leader): orders.v1-0, orders.v1-1',
      detail: 'Likely follow: a, b, c, d, e, … (7 groups).',
      resource: 'cluster/main/partitions_offline',
      since: '2026-01-01T00:00:00.000Z',
    });
    expect(others).toEqual([]);
  });

  it('what follows the first sentence stands below it; groups that may not be seen are counted', () => {
    const [line] = clusterItems([
      cluster({ findings: [finding({ sentence: 'It hangs. Abort it.', groupCount: 3 })] }),
    ]);
    expect(line).toMatchObject({ title: 'It hangs', detail: 'Abort it. Likely follow: 3 groups.' });
  });

  it('a cluster that is away says so, whatever was found before; one that is well says nothing', () => {
    const away = cluster({ state: 'unreachable', detail: 'refused', findings: [finding()] });
    expect(clusterItems([away])).toMatchObject([{ title: 'Cluster main is unreachable', detail: 'refused' }]);
    expect(clusterItems([cluster({ state: 'ok' })])).toEqual([]);
  });

  it('a group follows the worst finding that names it', () => {
    const of = followedFinding([
      cluster({
        findings: [
          finding({ groups: ['a'] }),
          finding({ code: 'groups_unreadable', severity: 'warn', groups: ['a', 'b'] }),
          finding({ code: 'rebalancing_often', severity: 'info', groups: ['c'] }),
        ],
      }),
    ]);
    expect(of('main', 'a')).toBe('cluster/main/partitions_offline');
    expect(of('main', 'b')).toBe('cluster/main/groups_unreadable');
    expect(of('main', 'c')).toBeNull();
    expect(of('other', 'a')).toBeNull();
  });
});
