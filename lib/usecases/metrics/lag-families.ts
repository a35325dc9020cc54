import type { PartitionView } from '#lib/contract/lag.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import { type Family, labelText, type Sample, type Value } from './prometheus-text.ts';

const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);

type Labelled<T> = Iterable<readonly [labels: string, of: T]>;

/** Goes through the source once and keeps what came: the work is done piece by piece as the first family is written, not all before the first part. */
function remembered<T>(source: Generator<T>): Iterable<T> {
  const kept: T[] = [];
  return {
    *[Symbol.iterator]() {
      yield* kept;
      for (let next = source.next(); !next.done; next = source.next()) {
        kept.push(next.value);
        yield next.value;
      }
    },
  };
}

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
    ...partitionFamilies(remembered(partitionsOf(groups))),
    ...logFamilies(remembered(logsOf(groups))),
  ];
}

function groupFamilies(groups: readonly (readonly [string, GroupSnapshot])[]): Family[] {
  const statuses = groups.map(
    ([, group]) =>
      [
        labelText({ cluster_name: group.cluster, group: group.groupId, status: group.status }),
        group,
      ] as const,
  );
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
  function* sums(): Generator<readonly [string, bigint]> {
    for (const { cluster, groupId, partitions } of groups) {
      const byTopic = new Map<string, bigint>();
      for (const { topic, lagRecords } of partitions) {
        if (lagRecords === null) continue;
        const lag = BigInt(lagRecords);
        byTopic.set(topic, (byTopic.get(topic) ?? 0n) + (lag > 0n ? lag : 0n));
      }
      for (const [topic, sum] of byTopic)
        yield [labelText({ cluster_name: cluster, group: groupId, topic }), sum];
    }
  }
  return [
    gauge(
      'kafka_consumergroup_group_topic_sum_lag',
      'Lag of the group over the partitions of a topic, in records',
      sums(),
      (sum) => sum,
    ),
  ];
}

function* partitionsOf(groups: readonly GroupSnapshot[]): Generator<readonly [string, PartitionView]> {
  for (const group of groups) {
    const members = new Map((group.memberList ?? []).map((member) => [member.memberId, member]));
    for (const partition of group.partitions) {
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
      yield [labels, partition];
    }
  }
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
function* logsOf(groups: readonly GroupSnapshot[]): Generator<readonly [string, PartitionView]> {
  const topics = new Map<string, { cluster: string; partitions: Map<number, PartitionView> }>();
  const knownOf = (cluster: string, topic: string) => {
    const id = JSON.stringify([cluster, topic]);
    const known = topics.get(id) ?? { cluster, partitions: new Map<number, PartitionView>() };
    topics.set(id, known);
    return known.partitions;
  };
  for (const { cluster, partitions } of groups)
    for (const [topic, ofTopic] of Map.groupBy(partitions, (each) => each.topic)) {
      const known = knownOf(cluster, topic);
      for (const each of ofTopic) known.set(each.partition, each);
    }
  for (const { cluster, partitions } of topics.values())
    for (const each of partitions.values())
      yield [labelText({ cluster_name: cluster, topic: each.topic, partition: each.partition }), each];
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
