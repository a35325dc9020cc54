import type { StoredCluster } from '#lib/store/lag-snapshots.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { SlowFacts } from './slow-facts.ts';

const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
const sentence = (parts: readonly string[]) => (parts.length === 0 ? null : `${parts.join('; ')}.`);

/** State of the cluster with its reasons in plain words; brokers' trouble stands above that of groups. */
export function clusterHealth(
  poll: ClusterPoll,
  facts: SlowFacts,
): Pick<StoredCluster, 'state'> & { data: StoredCluster['data'] } {
  const partitions = [...poll.topics.values()].flatMap((topic) =>
    topic.partitions.map((partition) => ({ topic: topic.topic, ...partition })),
  );
  const offline = partitions.filter((each) => each.leader === null);
  const underMinIsr = partitions.filter((each) => {
    const least = Number(facts.configs.get(each.topic)?.get('min.insync.replicas') ?? Number.NaN);
    return each.leader !== null && each.inSyncReplicas.length < least;
  });
  const unread = [...poll.ends.values()].flatMap((ends) =>
    ends.flatMap((each) => (each?.failure && each.failure.kind !== 'unknown_topic' ? [each.failure] : [])),
  );
  const failedGroups = [...poll.committed.values()].filter((each) => each instanceof Error);
  const reasons = [
    ...(offline.length > 0 ? [`${counted(offline.length, 'partition')} without a leader`] : []),
    ...(underMinIsr.length > 0
      ? [`${counted(underMinIsr.length, 'partition')} below the minimum of in-sync replicas`]
      : []),
    ...(poll.cluster.controller === null ? ['no controller'] : []),
    ...(unread.length > 0
      ? [`end offsets of ${counted(unread.length, 'partition')} could not be read: ${unread[0]?.message}`]
      : []),
    ...(failedGroups.length > 0
      ? [`offsets of ${counted(failedGroups.length, 'group')} could not be read: ${failedGroups[0]?.message}`]
      : []),
  ];
  return {
    state: reasons.length === 0 ? 'ok' : 'degraded',
    data: {
      brokers: poll.cluster.brokers.length,
      kafkaVersion: facts.kafkaVersion,
      groups: poll.groups.length,
      topics: [...poll.topics.values()].filter((topic) => !topic.internal).length,
      underMinIsr: facts.configs.size === 0 && poll.topics.size > 0 ? null : underMinIsr.length,
      offlinePartitions: offline.length,
      detail: sentence(reasons),
    },
  };
}
