import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import type { StoredCluster } from '#lib/store/lag-snapshots.ts';

export type SelfMetrics = {
  now: Date;
  clusters: readonly StoredCluster[];
  index: { behindRecords: bigint | null; asOf: Date | null };
  replays: ReadonlyMap<string, number>;
};
type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [Labels, bigint | number | string | null];

const escaped = (value: string | number) =>
  String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** One metric in the text format of Prometheus; unknown values are left out, and a metric without any is left out whole. */
function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  const known = samples.filter(([, value]) => value !== null);
  if (known.length === 0) return [];
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...known.map(([labels, value]) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
      return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
    }),
  ];
}

const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);

/** Prometheus text of all groups, in the names and labels of kafka-lag-exporter so that its dashboards work, and of Sluice itself. */
export function renderLagMetrics(groups: readonly GroupSnapshot[], self: SelfMetrics): string {
  return [
    ...groupMetrics(groups),
    ...partitionMetrics(groups),
    ...logMetrics(groups),
    ...selfMetrics(self),
    '',
  ].join('\n');
}

function groupMetrics(groups: readonly GroupSnapshot[]): string[] {
  const labels = (group: GroupSnapshot) => ({ cluster_name: group.cluster, group: group.groupId });
  const of = (value: (group: GroupSnapshot) => Sample[1]) =>
    groups.map((group): Sample => [labels(group), value(group)]);
  return [
    ...gauge(
      'kafka_consumergroup_group_max_lag',
      'Largest lag of a partition of the group, in records',
      of(maxLag),
    ),
    ...gauge(
      'kafka_consumergroup_group_max_lag_seconds',
      'Largest time lag of a partition of the group',
      of((group) => seconds(group.lagMs)),
    ),
    ...gauge(
      'kafka_consumergroup_group_sum_lag',
      'Lag of the group over all its partitions, in records',
      of((group) => group.lagRecords),
    ),
    ...gauge(
      'sluice_consumergroup_status',
      'Status of the group: 1 for the one that it has',
      groups.map((group): Sample => [{ ...labels(group), status: group.status }, 1]),
    ),
    ...gauge(
      'sluice_consumergroup_drain_seconds',
      'Time until the lag is gone at the present rates',
      of((group) => seconds(group.drainMs)),
    ),
    ...gauge(
      'sluice_consumergroup_members',
      'Members of the group',
      of((group) => group.members),
    ),
  ];
}

function maxLag(group: GroupSnapshot): bigint | null {
  let most: bigint | null = null;
  for (const { lagRecords } of group.partitions) {
    if (lagRecords !== null && (most === null || BigInt(lagRecords) > most)) most = BigInt(lagRecords);
  }
  return most;
}

function partitionMetrics(groups: readonly GroupSnapshot[]): string[] {
  type Partition = GroupSnapshot['partitions'][number];
  const of = (value: (partition: Partition) => Sample[1]) =>
    groups.flatMap((group) =>
      group.partitions.map((partition): Sample => {
        const member = group.memberList?.find((each) => each.memberId === partition.member);
        const labels = {
          cluster_name: group.cluster,
          group: group.groupId,
          topic: partition.topic,
          partition: partition.partition,
          member_host: member?.host ?? '',
          consumer_id: member?.memberId ?? '',
          client_id: member?.clientId ?? '',
        };
        return [labels, value(partition)];
      }),
    );
  return [
    ...gauge(
      'kafka_consumergroup_group_offset',
      'Committed offset of the group',
      of((each) => each.committed),
    ),
    ...gauge(
      'kafka_consumergroup_group_lag',
      'Lag of the group on the partition, in records',
      of((each) => each.lagRecords),
    ),
    ...gauge(
      'kafka_consumergroup_group_lag_seconds',
      'Time lag of the group on the partition',
      of((each) => seconds(each.lagMs)),
    ),
    ...gauge(
      'sluice_consumergroup_expired_records',
      'Records that retention took before the group read them',
      of((each) => each.expiredRecords),
    ),
  ];
}

function logMetrics(groups: readonly GroupSnapshot[]): string[] {
  const partitions = new Map(
    groups.flatMap((group) =>
      group.partitions.map((each) => [
        JSON.stringify([group.cluster, each.topic, each.partition]),
        { cluster: group.cluster, ...each },
      ]),
    ),
  );
  const of = (value: (partition: GroupSnapshot['partitions'][number]) => Sample[1]) =>
    [...partitions.values()].map(
      (each): Sample => [
        { cluster_name: each.cluster, topic: each.topic, partition: each.partition },
        value(each),
      ],
    );
  return [
    ...gauge(
      'kafka_partition_latest_offset',
      'High watermark of the partition',
      of((each) => each.highWatermark),
    ),
    ...gauge(
      'kafka_partition_earliest_offset',
      'Log start of the partition',
      of((each) => each.logStart),
    ),
    ...gauge(
      'sluice_partition_last_stable_offset',
      'Last stable offset of the partition',
      of((each) => each.lastStable),
    ),
  ];
}

function selfMetrics({ now, clusters, index, replays }: SelfMetrics): string[] {
  const of = (value: (cluster: StoredCluster) => Sample[1]) =>
    clusters.map((cluster): Sample => [{ cluster_name: cluster.cluster }, value(cluster)]);
  const ageSeconds = (asOf: Date | null) =>
    asOf ? Math.max(0, now.getTime() - asOf.getTime()) / 1_000 : null;
  return [
    ...gauge(
      'sluice_cluster_up',
      'Whether the last round could read the cluster',
      of((each) => (each.state === 'unreachable' ? 0 : 1)),
    ),
    ...gauge(
      'sluice_cluster_under_min_isr_partitions',
      'Partitions below the minimum of in-sync replicas',
      of((each) => each.data.underMinIsr),
    ),
    ...gauge(
      'sluice_cluster_offline_partitions',
      'Partitions without a leader',
      of((each) => each.data.offlinePartitions),
    ),
    ...gauge(
      'sluice_collector_age_seconds',
      'Age of the last good data of the cluster',
      of((each) => ageSeconds(each.asOf)),
    ),
    ...gauge(
      'sluice_collector_round_seconds',
      'Duration of the last good round',
      of((each) => seconds(each.roundMs)),
    ),
    ...gauge('sluice_index_behind_records', 'Dead letters not indexed yet', [[{}, index.behindRecords]]),
    ...gauge(
      'sluice_replays',
      'Replays by state',
      [...replays].map(([state, count]): Sample => [{ state }, count]),
    ),
  ];
}
