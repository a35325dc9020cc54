import type { ClusterAdmin, TopicConfig, TopicInfo } from '#lib/broker/port/admin.ts';
import type { StoredCluster } from '#lib/store/lag-snapshots.ts';
import type { ClusterPoll } from './poll-cluster.ts';

export type SlowFacts = {
  /** Configurations of the topics by name; a topic that appeared since is missing. */
  configs: ReadonlyMap<string, TopicConfig>;
  kafkaVersion: string | null;
};

/** What seldom changes is asked once a minute; null parts when the principal may not see them. */
export async function readSlowFacts(
  admin: ClusterAdmin,
  topics: readonly TopicInfo[],
  log: (message: string) => void,
): Promise<SlowFacts> {
  const or = <T>(work: Promise<T>, otherwise: T) =>
    work.catch((error: Error) => {
      log(error.message);
      return otherwise;
    });
  const [configs, kafkaVersion] = await Promise.all([
    or(admin.topicConfigs(topics.map((topic) => topic.topic)), new Map<string, TopicConfig>()),
    or(admin.brokerVersion(), null),
  ]);
  return { configs, kafkaVersion };
}

/** Retention by time in milliseconds; null when the topic has none (unlimited, compacted only) or it is not known. */
export function retentionMsOf(configs: SlowFacts['configs'], topic: string): number | null {
  const config = configs.get(topic);
  const retentionMs = Number(config?.get('retention.ms') ?? Number.NaN);
  const deletes = config?.get('cleanup.policy')?.includes('delete') ?? false;
  return deletes && Number.isFinite(retentionMs) && retentionMs >= 0 ? retentionMs : null;
}

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
  const unread = [...poll.offsets].filter(([, { failure }]) => failure && failure.kind !== 'unknown_topic');
  const failedGroups = [...poll.committed.values()].filter((each) => each instanceof Error);
  const reasons = [
    ...(offline.length > 0 ? [`${counted(offline.length, 'partition')} without a leader`] : []),
    ...(underMinIsr.length > 0
      ? [`${counted(underMinIsr.length, 'partition')} below the minimum of in-sync replicas`]
      : []),
    ...(poll.cluster.controller === null ? ['no controller'] : []),
    ...(unread.length > 0
      ? [
          `end offsets of ${counted(unread.length, 'partition')} could not be read: ${unread[0]?.[1].failure?.message}`,
        ]
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
