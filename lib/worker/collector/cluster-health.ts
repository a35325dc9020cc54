import type { ClusterLook } from '#lib/domain/cluster/look.ts';
import type { StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { SlowFacts } from './slow-facts.ts';

/** State of the cluster with its reasons in plain words; brokers' trouble stands above that of groups. */
export function clusterHealth(
  poll: ClusterPoll,
  facts: SlowFacts,
  { findings, ...numbers }: ClusterLook,
): Pick<StoredCluster, 'state' | 'data'> {
  const serious = findings.filter((each) => each.severity !== 'info');
  return {
    state: serious.length === 0 ? 'ok' : 'degraded',
    data: {
      ...numbers,
      brokers: poll.cluster.brokers.length,
      kafkaVersion: facts.kafkaVersion,
      groups: poll.groups.length,
      topics: [...poll.topics.values()].filter((topic) => !topic.internal).length,
      findings: findings.map(({ sinceMs, examples, groups, ...finding }) => ({
        ...finding,
        since: new Date(sinceMs).toISOString(),
        examples: [...examples],
        groups: [...groups],
      })),
      detail: serious.length === 0 ? null : serious.map((each) => each.sentence).join(' '),
    },
  };
}
