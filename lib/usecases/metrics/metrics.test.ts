import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSnapshot, metricsText, partitionView, selfMetrics } from '#fixtures/metrics.ts';
import { parsePrometheusText } from '#fixtures/prometheus-text.ts';
import { labelText, prometheusText } from './prometheus-text.ts';

describe('/metrics', () => {
  const text = metricsText([
    groupSnapshot('pay', {
      partitions: [
        partitionView(),
        partitionView({ partition: 1, committed: '110', lagRecords: '-10', member: null }),
        partitionView({ topic: 'other', lagRecords: '5' }),
      ],
    }),
    groupSnapshot('new', {
      lagRecords: null,
      lagMs: null,
      drainMs: null,
      partitions: [partitionView({ committed: null, lagRecords: null, lagMs: null, expiredRecords: null })],
    }),
  ]);
  const families = parsePrometheusText(text);
  const sampleOf = (name: string, labels: string) => families.get(name)?.samples.get(`${name}{${labels}}`);
  const group = 'cluster_name="main",group="pay"';

  it.each([
    ['kafka_consumergroup_group_max_lag', group, 60],
    ['kafka_consumergroup_group_max_lag_seconds', group, 1.5],
    ['kafka_consumergroup_group_sum_lag', group, 60],
    ['kafka_consumergroup_group_topic_sum_lag', `${group},topic="orders.v1"`, 60],
    ['kafka_consumergroup_group_topic_sum_lag', `${group},topic="other"`, 5],
    [
      'kafka_consumergroup_group_lag',
      `${group},topic="orders.v1",partition="0",member_host="10.0.0.1",consumer_id="member-1",client_id="pay"`,
      60,
    ],
    [
      'kafka_consumergroup_group_offset',
      `${group},topic="orders.v1",partition="1",member_host="",consumer_id="",client_id=""`,
      110,
    ],
    [
      'kafka_consumergroup_group_lag_seconds',
      `${group},topic="other",partition="0",member_host="10.0.0.1",consumer_id="member-1",client_id="pay"`,
      1.5,
    ],
    ['kafka_partition_latest_offset', 'cluster_name="main",topic="orders.v1",partition="0"', 100],
    ['kafka_partition_earliest_offset', 'cluster_name="main",topic="orders.v1",partition="0"', 0],
    ['kafka_consumergroup_poll_time_ms', 'cluster_name="main"', 120],
    ['sluice_consumergroup_status', `${group},status="lagging"`, 1],
    ['sluice_flow_objective_burn_rate', 'cluster_name="main",flow="payments",window="5m"', 20],
    [
      'sluice_dead_letters_open',
      'cluster_name="main",topic="orders.v1.dlq",kind="dead_letter",flow="payments"',
      12,
    ],
    ['sluice_alerts_firing', 'kind="group_stuck"', 1],
    ['sluice_notifications_total', 'endpoint="hook",outcome="delivered"', 5],
    ['sluice_notification_failed_attempts_total', 'endpoint="hook"', 2],
    ['sluice_notification_oldest_waiting_seconds', 'endpoint="hook"', 30],
  ])('%s{%s}', (name, labels, value) => {
    expect(sampleOf(name, labels)).toBe(value);
  });

  it('has no sample for what is not known', () => {
    expect(sampleOf('kafka_consumergroup_group_sum_lag', 'cluster_name="main",group="new"')).toBeUndefined();
    expect(
      sampleOf('sluice_flow_objective_burn_rate', 'cluster_name="main",flow="payments",window="1h"'),
    ).toBeUndefined();
    expect(text).not.toMatch(/NaN|null|undefined|Infinity/);
    const nothing = metricsText([], { ...selfMetrics(), index: { behindRecords: null, asOf: null } });
    expect(nothing).not.toContain('sluice_index_behind_records');
    expect(nothing).not.toContain('kafka_consumergroup_group_lag');
  });

  it('a partition of a log that many groups read stands once', () => {
    const many = metricsText([groupSnapshot('a'), groupSnapshot('b')]);
    expect(parsePrometheusText(many).get('kafka_partition_latest_offset')?.samples.size).toBe(1);
  });

  it('is valid whatever things are called', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 20 }), { maxLength: 8 }), (names) => {
        const parsed = parsePrometheusText(metricsText(names.map((name) => groupSnapshot(name))));
        expect(parsed.get('kafka_consumergroup_group_sum_lag')?.samples.size ?? 0).toBe(names.length);
      }),
    );
  });
});

describe('prometheusText', () => {
  it('comes in parts of bounded size and leaves out what is no number', () => {
    const samples = Array.from({ length: 20_000 }, (_, n) => [labelText({ n }), n] as const);
    const parts = [
      ...prometheusText([
        { name: 'a', type: 'gauge', help: 'x\ny', samples },
        {
          name: 'b',
          type: 'gauge',
          help: 'none',
          samples: [
            ['', Number.NaN],
            ['', null],
          ],
        },
      ]),
    ];
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(70_000);
    expect([...parsePrometheusText(parts.join('')).keys()]).toEqual(['a']);
  });
});

describe('the strict reader', () => {
  it.each([
    ['a sample without TYPE', 'a 1\n'],
    ['a sample twice', '# TYPE a gauge\na 1\na 2\n'],
    ['a family in two blocks', '# TYPE a gauge\na{x="1"} 1\n# TYPE b gauge\nb 1\na{x="2"} 1\n'],
    ['a quote that is not escaped', '# TYPE a gauge\na{x="1"2"} 1\n'],
    ['a label twice', '# TYPE a gauge\na{x="1",x="2"} 1\n'],
    ['no number', '# TYPE a gauge\na null\n'],
    ['no end of the line', '# TYPE a gauge\na 1'],
    ['a name that is none', '# TYPE a-b gauge\na-b 1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parsePrometheusText(text)).toThrow();
  });
});
