import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FlowObjective } from '#lib/contract/flows.ts';
import type { StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import { type Family, labelText, type Value } from './prometheus-text.ts';

export type SelfMetrics = {
  now: Date;
  clusters: readonly StoredCluster[];
  index: { behindRecords: bigint | null; asOf: Date | null };
  replays: ReadonlyMap<string, number>;
  deadLetters: readonly DeadLetterTopic[];
  objectives: readonly { cluster: string; flow: string; objective: FlowObjective }[];
  alertsFiring: ReadonlyMap<string, number>;
  notifications: {
    ended: readonly { endpoint: string; outcome: string; count: bigint }[];
    waiting: readonly { endpoint: string; count: number; oldestAt: Date }[];
  };
};

type Labels = Readonly<Record<string, string | number>>;

const family = <T>(
  name: string,
  help: string,
  things: readonly T[],
  labels: (of: T) => Labels,
  value: (of: T) => Value,
  type: Family['type'] = 'gauge',
): Family => ({
  name,
  type,
  help,
  samples: things.map((each) => [labelText(labels(each)), value(each)] as const),
});

const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);
const windowText = (ms: number) => (ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 60_000}m`);

/** Clusters as the collector sees them, the index, replays, dead letters, objectives, alerts and their deliveries. */
export const selfFamilies = (self: SelfMetrics): Family[] => [
  ...clusterFamilies(self),
  family(
    'sluice_index_behind_records',
    'Dead letters not indexed yet',
    [self.index],
    () => ({}),
    (each) => each.behindRecords,
  ),
  family(
    'sluice_replays',
    'Replays by state',
    [...self.replays],
    ([state]) => ({ state }),
    ([, count]) => count,
  ),
  ...deadLetterFamilies(self.deadLetters),
  ...objectiveFamilies(self.objectives),
  ...alertFamilies(self),
];

function clusterFamilies({ clusters, now }: SelfMetrics): Family[] {
  const labels = (each: StoredCluster) => ({ cluster_name: each.cluster });
  const gauge = (name: string, help: string, value: (of: StoredCluster) => Value) =>
    family(name, help, clusters, labels, value);
  const ageSeconds = (asOf: Date | null) =>
    asOf ? Math.max(0, now.getTime() - asOf.getTime()) / 1_000 : null;
  return [
    gauge(
      'kafka_consumergroup_poll_time_ms',
      'Time that reading all groups of the cluster took',
      (each) => each.roundMs,
    ),
    gauge('sluice_cluster_up', 'Whether the last round could read the cluster', (each) =>
      each.state === 'unreachable' ? 0 : 1,
    ),
    gauge(
      'sluice_cluster_degraded',
      'Whether something of the cluster is not well, or it cannot be read',
      (each) => (each.state === 'ok' ? 0 : 1),
    ),
    gauge(
      'sluice_cluster_under_min_isr_partitions',
      'Partitions below the minimum of in-sync replicas',
      (each) => each.data.underMinIsr,
    ),
    gauge(
      'sluice_cluster_offline_partitions',
      'Partitions without a leader',
      (each) => each.data.offlinePartitions,
    ),
    gauge('sluice_collector_age_seconds', 'Age of the last good data of the cluster', (each) =>
      ageSeconds(each.asOf),
    ),
    gauge('sluice_collector_round_seconds', 'Duration of the last good round', (each) =>
      seconds(each.roundMs),
    ),
  ];
}

function deadLetterFamilies(topics: readonly DeadLetterTopic[]): Family[] {
  const labels = (each: DeadLetterTopic) => ({
    cluster_name: each.cluster,
    topic: each.topic,
    kind: each.kind,
    flow: each.flow ?? '',
  });
  const gauge = (name: string, help: string, value: (of: DeadLetterTopic) => Value) =>
    family(name, help, topics, labels, value);
  return [
    gauge('sluice_dead_letters_open', 'Dead letters that nothing was decided about', (each) => each.open),
    gauge('sluice_dead_letters_in_log', 'Dead letters that the topic holds', (each) => each.total),
    gauge(
      'sluice_dead_letters_arrived_last_hour',
      'Dead letters that came in the last hour',
      (each) => each.arrivals.h1,
    ),
    gauge('sluice_dead_letters_expire_seconds', 'Time until retention takes the first open one', (each) =>
      seconds(each.expiresFirstMs),
    ),
  ];
}

function objectiveFamilies(objectives: SelfMetrics['objectives']): Family[] {
  const declared = objectives.filter((each) => each.objective.status !== 'none');
  const labels = (each: { cluster: string; flow: string }) => ({
    cluster_name: each.cluster,
    flow: each.flow,
  });
  const gauge = (name: string, help: string, value: (of: FlowObjective) => Value) =>
    family(name, help, declared, labels, (each) => value(each.objective));
  const burns = declared.flatMap((each) =>
    each.objective.burn.map(({ windowMs, rate }) => ({ ...each, window: windowText(windowMs), rate })),
  );
  return [
    gauge('sluice_flow_objective_time_lag_seconds', 'Time lag that the flow promises not to exceed', (each) =>
      seconds(each.timeLagMs),
    ),
    gauge(
      'sluice_flow_objective_target_ratio',
      'Share of minutes that have to be within it',
      (each) => each.target,
    ),
    gauge(
      'sluice_flow_objective_compliance_ratio',
      'Share of the measured minutes of the last day within it',
      (each) => each.compliance,
    ),
    gauge('sluice_flow_objective_coverage_ratio', 'Measured share of the last day', (each) => each.coverage),
    family(
      'sluice_flow_objective_burn_rate',
      'How many times faster than allowed the error budget is spent, over a window',
      burns,
      (each) => ({ ...labels(each), window: each.window }),
      (each) => each.rate,
    ),
    family(
      'sluice_flow_objective_dead_letters_per_hour',
      'Dead letters an hour that the flow promises not to exceed',
      objectives,
      labels,
      (each) => each.objective.deadLetters.perHour,
    ),
  ];
}

function alertFamilies({ alertsFiring, notifications, now }: SelfMetrics): Family[] {
  const outcomes = notifications.ended.filter((each) => each.outcome !== 'failed_attempt');
  const failures = notifications.ended.filter((each) => each.outcome === 'failed_attempt');
  return [
    family(
      'sluice_alerts_firing',
      'Alerts that fire, by kind',
      [...alertsFiring],
      ([kind]) => ({ kind }),
      ([, count]) => count,
    ),
    family(
      'sluice_notifications_total',
      'Notifications that ended, by how',
      outcomes,
      ({ endpoint, outcome }) => ({ endpoint, outcome }),
      (each) => each.count,
      'counter',
    ),
    family(
      'sluice_notification_failed_attempts_total',
      'Attempts that an endpoint did not take',
      failures,
      ({ endpoint }) => ({ endpoint }),
      (each) => each.count,
      'counter',
    ),
    family(
      'sluice_notifications_waiting',
      'Notifications that are not delivered yet',
      notifications.waiting,
      ({ endpoint }) => ({ endpoint }),
      (each) => each.count,
    ),
    family(
      'sluice_notification_oldest_waiting_seconds',
      'How long the oldest of them has waited',
      notifications.waiting,
      ({ endpoint }) => ({ endpoint }),
      (each) => Math.max(0, now.getTime() - each.oldestAt.getTime()) / 1_000,
    ),
  ];
}
