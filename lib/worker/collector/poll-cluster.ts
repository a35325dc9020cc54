import type { ClusterInfo, TopicInfo } from '#lib/broker/port/admin.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { BrokerFailure } from '#lib/broker/port/failure.ts';
import type {
  CommittedOffset,
  GroupDescription,
  GroupListing,
  LogOffset,
  PerGroup,
  TopicPartition,
} from '#lib/broker/port/groups.ts';

export type PolledOffsets = {
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
  /** Why one of them is missing. */
  failure: BrokerFailure | null;
};

/** What one round asked the cluster, in the order that makes lag true: committed offsets before end offsets. */
export type ClusterPoll = {
  atMs: number;
  cluster: ClusterInfo;
  topics: ReadonlyMap<string, TopicInfo>;
  groups: readonly GroupListing[];
  descriptions: PerGroup<GroupDescription>;
  committed: PerGroup<readonly CommittedOffset[]>;
  offsets: ReadonlyMap<string, PolledOffsets>;
};

/** Sluice's own groups hold cursors, not lag (design.md). */
export const isOwnGroup = (groupId: string) => groupId.startsWith('sluice.');
export const partitionKey = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

const unknownOffsets: PolledOffsets = {
  logStart: null,
  lastStable: null,
  highWatermark: null,
  failure: null,
};

/** One round of questions. Throws BrokerFailure when the cluster as a whole does not answer; a group or partition that fails does so alone. */
export async function pollCluster(connection: ClusterConnection, clock: () => Date): Promise<ClusterPoll> {
  const { admin, groups: ask } = connection;
  const [cluster, described, listed] = await Promise.all([
    admin.describeCluster(),
    admin.describeTopics(),
    ask.listGroups(),
  ]);
  const topics = new Map(described.map((topic) => [topic.topic, topic]));
  const groups = listed.filter(({ groupId }) => !isOwnGroup(groupId));
  // Share groups keep their offsets elsewhere (KIP-932): OffsetFetch knows nothing of them.
  const withOffsets = groups.filter(({ type }) => type !== 'share').map(({ groupId }) => groupId);
  const [descriptions, committed] = await Promise.all([
    ask.describeGroups(groups),
    ask.fetchCommitted(withOffsets),
  ]);
  const atMs = clock().getTime();
  const offsets = await readOffsets(connection, [...partitionsOf(descriptions, committed, topics)]);
  return { atMs, cluster, topics, groups, descriptions, committed, offsets };
}

/** Partitions that any group reads: committed or assigned, and still there. */
function* partitionsOf(
  descriptions: ClusterPoll['descriptions'],
  committed: ClusterPoll['committed'],
  topics: ClusterPoll['topics'],
): Iterable<TopicPartition> {
  const seen = new Set<string>();
  const fresh = (of: TopicPartition) => {
    const there = (topics.get(of.topic)?.partitions.length ?? 0) > of.partition;
    const key = partitionKey(of);
    if (!there || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  for (const offsets of committed.values()) {
    if (offsets instanceof Error) continue;
    for (const { topic, partition } of offsets) if (fresh({ topic, partition })) yield { topic, partition };
  }
  for (const description of descriptions.values()) {
    if (description instanceof Error) continue;
    for (const { topic, partitions } of description.members.flatMap((member) => member.assignment))
      for (const partition of partitions) if (fresh({ topic, partition })) yield { topic, partition };
  }
}

async function readOffsets(
  { groups: ask }: ClusterConnection,
  partitions: readonly TopicPartition[],
): Promise<Map<string, PolledOffsets>> {
  const [earliest, stable, high] = await Promise.all([
    ask.listOffsets(partitions, 'earliest'),
    ask.listOffsets(partitions, 'last_stable'),
    ask.listOffsets(partitions, 'high_watermark'),
  ]);
  const offsets = new Map<string, PolledOffsets>();
  const put = (answers: readonly LogOffset[], field: 'logStart' | 'lastStable' | 'highWatermark') => {
    for (const { topic, partition, offset, failure } of answers) {
      const key = partitionKey({ topic, partition });
      const known = offsets.get(key) ?? unknownOffsets;
      offsets.set(key, { ...known, [field]: offset, failure: known.failure ?? failure });
    }
  };
  put(earliest, 'logStart');
  put(stable, 'lastStable');
  put(high, 'highWatermark');
  return offsets;
}
