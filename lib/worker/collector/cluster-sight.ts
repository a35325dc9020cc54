import type { ClusterSight, PartitionState } from '#lib/domain/cluster/sight.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { SlowFacts } from './slow-facts.ts';

const offsetsTopic = '__consumer_offsets';

/** A round as the domain judges it. */
export function clusterSight(
  poll: ClusterPoll,
  facts: SlowFacts,
  more: Pick<ClusterSight, 'controller' | 'holding' | 'rebalances'>,
): ClusterSight {
  const partitions = [...poll.topics.values()].flatMap((topic): PartitionState[] => {
    const least = Number(facts.configs.get(topic.topic)?.get('min.insync.replicas') ?? Number.NaN);
    const minInSync = Number.isFinite(least) ? least : null;
    return topic.partitions.map((partition) => ({ topic: topic.topic, minInSync, ...partition }));
  });
  return {
    ...more,
    atMs: poll.atMs,
    brokers: poll.cluster.brokers,
    partitions,
    offsetsTopic: partitions.filter((each) => each.topic === offsetsTopic),
    unreadOffsets: [...poll.ends].flatMap(([topic, ends]) =>
      ends.flatMap((each, partition) =>
        each?.failure && each.failure.kind !== 'unknown_topic'
          ? [{ topic, partition, why: each.failure.message }]
          : [],
      ),
    ),
    unreadGroups: [...poll.committed].flatMap(([groupId, answer]) =>
      answer instanceof Error ? [{ groupId, why: answer.message }] : [],
    ),
    groups: poll.groups.map(({ groupId }) => ({
      groupId,
      // Only walked when something is wrong.
      reads: { [Symbol.iterator]: () => readsOf(poll, groupId) },
    })),
  };
}

/** Where a group has an offset or a member. */
function* readsOf(poll: ClusterPoll, groupId: string) {
  const committed = poll.committed.get(groupId);
  if (committed && !(committed instanceof Error))
    for (const { topic, partition, offset } of committed) yield { topic, partition, committed: offset };
  const described = poll.descriptions.get(groupId);
  if (!described || described instanceof Error) return;
  const known = new Set<string>();
  if (committed && !(committed instanceof Error))
    for (const { topic, partition } of committed) known.add(`${topic}/${partition}`);
  for (const { topic, partitions } of described.members.flatMap((member) => member.assignment))
    for (const partition of partitions)
      if (!known.has(`${topic}/${partition}`)) yield { topic, partition, committed: null };
}
