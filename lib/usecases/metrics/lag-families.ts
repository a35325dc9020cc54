import type { PartitionView } from '#lib/contract/lag.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import { type Family, labelText, type Sample, type Value } from './prometheus-text.ts';

const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);

type Labelled<T> = readonly (readonly [labels: string, of: T])[];

function* samplesOf<T>(things: Labelled<T>, value: (of: T) => Value): Generator<Sample> {
  for (const [labels, of] of things) yield [labels, value(of)];
}

const gauge = <T>(name: string, help: string, things: Labelled<T>, value: (of: T) => Value): Family => ({
  name,
  type: 'gauge',
  help,
  samples: samplesOf(things, value),
});

/**
 * Lag of all groups in the names and labels of kafka-lag-exporter, so that its dashboards and rules work, and what Sluice knows besides.
 * Labels of a group, a partition of it and a log are made once each: with 100,000 partitions they are most of the work.
 */
export function lagFamilies(groups: readonly GroupSnapshot[]): Family[] {
  return [
    ...groupFamilies(
      groups.map((group) => [labelText({ cluster_name: group.cluster, group: group.groupId }), group]),
    ),
    ...topicFamilies(groups),
    ...partitionFamilies(groups.flatMap(partitionsOf)),
    ...logFamilies(logsOf(groups)),
  ];
}

function groupFamilies(groups: Labelled<GroupSnapshot>): Family[] {
  const statuses: Labelled<GroupSnapshot> = groups.map(([, group]) => [
    labelText({ cluster_name: group.cluster, group: group.groupId, status: group.status }),
    group,
  ]);
  return [
    gauge(
      'kafka_consumergroup_group_max_lag',
      'Largest lag of a partition of the group, in records',
      groups,
      maxLag,
    ),
    gauge(
      'kafka_consumergroup_group_max_lag_seconds',
      'Largest time lag of a partition of the group',
      groups,
      (group) => seconds(group.lagMs),
    ),
    gauge(
      'kafka_consumergroup_group_sum_lag',
      'Lag of the group over all its partitions, in records',
      groups,
      (group) => group.lagRecords,
    ),
    gauge('sluice_consumergroup_status', 'Status of the group: 1 for the one that it has', statuses, () => 1),
    gauge(
      'sluice_consumergroup_drain_seconds',
      'Time until the lag is gone at the present rates',
      groups,
      (group) => seconds(group.drainMs),
    ),
    gauge(
      'sluice_consumergroup_expiry_risk_seconds',
      'Time until retention takes the first record that the group has not read',
      groups,
      (group) => seconds(group.expiryRiskMs),
    ),
    gauge('sluice_consumergroup_members', 'Members of the group', groups, (group) => group.members),
  ];
}

function maxLag(group: GroupSnapshot): bigint | null {
  let most: bigint | null = null;
  for (const { lagRecords } of group.partitions) {
    if (lagRecords === null) continue;
    const lag = BigInt(lagRecords);
    if (most === null || lag > most) most = lag;
  }
  return most;
}

/** Sums leave out what is not known; a topic with nothing known has none. What is ahead does not make up for what is behind. */
function topicFamilies(groups: readonly GroupSnapshot[]): Family[] {
  const sums: Labelled<bigint> = groups.flatMap((group) => {
    const byTopic = new Map<string, bigint>();
    for (const { topic, lagRecords } of group.partitions) {
      if (lagRecords === null) continue;
      const lag = BigInt(lagRecords);
      byTopic.set(topic, (byTopic.get(topic) ?? 0n) + (lag > 0n ? lag : 0n));
    }
    return [...byTopic].map(
      ([topic, sum]) =>
        [labelText({ cluster_name: group.cluster, group: group.groupId, topic }), sum] as const,
    );
  });
  return [
    gauge(
      'kafka_consumergroup_group_topic_sum_lag',
      'Lag of the group over the partitions of a topic, in records',
      sums,
      (sum) => sum,
    ),
  ];
}

function partitionsOf(group: GroupSnapshot): Labelled<PartitionView> {
  const members = new Map((group.memberList ?? []).map((member) => [member.memberId, member]));
  return group.partitions.map((partition) => {
    const member = partition.member === null ? undefined : members.get(partition.member);
    const labels = labelText({
      cluster_name: group.cluster,
      group: group.groupId,
      topic: partition.topic,
      partition: partition.partition,
      member_host: member?.host ?? '',
      consumer_id: member?.memberId ?? '',
      client_id: member?.clientId ?? '',
    });
    return [labels, partition];
  });
}

const partitionFamilies = (partitions: Labelled<PartitionView>): Family[] => [
  gauge(
    'kafka_consumergroup_group_offset',
    'Committed offset of the group',
    partitions,
    (each) => each.committed,
  ),
  gauge(
    'kafka_consumergroup_group_lag',
    'Lag of the group on the partition, in records',
    partitions,
    (each) => each.lagRecords,
  ),
  gauge(
    'kafka_consumergroup_group_lag_seconds',
    'Time lag of the group on the partition',
    partitions,
    (each) => seconds(each.lagMs),
  ),
  gauge(
    'sluice_consumergroup_expired_records',
    'Records that retention took before the group read them',
    partitions,
    (each) => each.expiredRecords,
  ),
];

/** Each partition of a log once, however many groups read it. */
function logsOf(groups: readonly GroupSnapshot[]): Labelled<PartitionView> {
  const logs = new Map<string, PartitionView>();
  for (const { cluster, partitions } of groups)
    for (const each of partitions)
      logs.set(labelText({ cluster_name: cluster, topic: each.topic, partition: each.partition }), each);
  return [...logs];
}

const logFamilies = (logs: Labelled<PartitionView>): Family[] => [
  gauge(
    'kafka_partition_latest_offset',
    'High watermark of the partition',
    logs,
    (each) => each.highWatermark,
  ),
  gauge('kafka_partition_earliest_offset', 'Log start of the partition', logs, (each) => each.logStart),
  gauge(
    'sluice_partition_last_stable_offset',
    'Last stable offset of the partition',
    logs,
    (each) => each.lastStable,
  ),
];
