import { describe, expect, it } from 'vitest';
import { type ClusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import { clusterFacts } from './cluster-facts.ts';

const cluster = (more: Partial<ClusterView>): ClusterView => ({
  ...nothingKnownOfCluster,
  name: 'main',
  state: 'ok',
  asOf: null,
  ...more,
});
const texts = (of: ClusterView) => clusterFacts(of).map((each) => each.text);

describe('the line that answers "is it Kafka"', () => {
  it('says every number, and marks what needs somebody', () => {
    const well = cluster({
      brokers: 3,
      brokersGone: 0,
      offlinePartitions: 0,
      underMinIsr: 0,
      controller: 1,
      hangingTransactions: 0,
      rebalancesPerHour: 4,
    });
    expect(texts(well).join(' · ')).toBe(
      'Brokers 3 of 3 · 0 partitions offline · 0 under min ISR · controller 1 · 0 hanging transactions · 4 rebalances in 1 h',
    );
    expect(clusterFacts(well).every((each) => each.tone === null)).toBe(true);
    const ill = { ...well, brokers: 2, brokersGone: 1, offlinePartitions: 1, hangingTransactions: 1 };
    expect(texts(ill).slice(0, 2)).toEqual(['Brokers 2 of 3', '1 partition offline']);
    expect(clusterFacts(ill).flatMap((each) => (each.tone === 'act' ? [each.id] : []))).toEqual([
      'brokers',
      'offline',
      'hanging',
    ]);
  });

  it('what was not read is unknown, not 0; a controller that is missing is not an unknown one', () => {
    expect(texts(cluster({})).every((text) => text === null)).toBe(true);
    const since = '2026-01-01T00:00:00.000Z';
    const missing = cluster({
      findings: [
        {
          code: 'no_controller',
          severity: 'act',
          sentence: '',
          since,
          count: 1,
          examples: [],
          groups: [],
          groupCount: 0,
        },
      ],
    });
    expect(clusterFacts(missing).find((each) => each.id === 'controller')).toMatchObject({
      text: 'no controller',
      tone: 'act',
    });
  });
});
