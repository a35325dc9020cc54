import type { ClusterInfo, TopicInfo } from '#lib/broker/port/admin.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { BrokerFailure } from '#lib/broker/port/failure.ts';
import type {
  CommittedOffset,
  GroupDescription,
  GroupListing,
  LogOffset,
  PerGroup,
  ShareOffset,
  TopicPartition,
} from '#lib/broker/port/groups.ts';

export type PolledEnds = {
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
  /** Why one of them is missing. */
  failure: BrokerFailure | null;
};

/** What one round asked the cluster, in the order that makes lag true: committed offsets before end offsets. */
export type ClusterPoll = {
  /** After the committed offsets were answered and before the ends were asked: the moment of the round. */
  atMs: number;
  /** When the ends had been answered. */
  answeredMs: number;
  cluster: ClusterInfo;
  topics: ReadonlyMap<string, TopicInfo>;
  groups: readonly GroupListing[];
  descriptions: PerGroup<GroupDescription>;
  committed: PerGroup<readonly CommittedOffset[]>;
  shareOffsets: PerGroup<readonly ShareOffset[]>;
  /** By topic and partition number; only partitions that a group reads. */
  ends: ReadonlyMap<string, readonly (PolledEnds | undefined)[]>;
};

/** Sluice's own groups hold cursors, not lag (design.md). */
export const isOwnGroup = (groupId: string) => groupId.startsWith('sluice.');

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
  const idsOf = (share: boolean) =>
    groups.filter(({ type }) => (type === 'share') === share).map(({ groupId }) => groupId);
  const [descriptions, committed, shareOffsets] = await Promise.all([
    ask.describeGroups(groups),
    ask.fetchCommitted(idsOf(false)),
    ask.fetchShareOffsets(idsOf(true)),
  ]);
  const atMs = clock().getTime();
  const wanted = readPartitions([...committed.values(), ...shareOffsets.values()], descriptions, topics);
  const ends = await readEnds(connection, wanted);
  return {
    atMs,
    answeredMs: clock().getTime(),
    cluster,
    topics,
    groups,
    descriptions,
    committed,
    shareOffsets,
    ends,
  };
}

/** Partitions that any group reads: committed or assigned, and still there. */
function readPartitions(
  offsets: readonly (readonly TopicPartition[] | BrokerFailure)[],
  descriptions: ClusterPoll['descriptions'],
  topics: ClusterPoll['topics'],
): TopicPartition[] {
  const found: TopicPartition[] = [];
  const seen = new Map<string, boolean[]>();
  const flagsOf = (topic: string) => {
    const known = seen.get(topic);
    if (known) return known;
    const flags: boolean[] = new Array(topics.get(topic)?.partitions.length ?? 0).fill(false);
    seen.set(topic, flags);
    return flags;
  };
  const add = (flags: boolean[], topic: string, partition: number) => {
    if (flags[partition] !== false) return;
    flags[partition] = true;
    found.push({ topic, partition });
  };
  for (const answer of offsets) {
    if (answer instanceof Error) continue;
    let [last, flags]: [string | null, boolean[]] = [null, []];
    for (const { topic, partition } of answer) {
      if (topic !== last) [last, flags] = [topic, flagsOf(topic)];
      add(flags, topic, partition);
    }
  }
  for (const description of descriptions.values()) {
    if (description instanceof Error) continue;
    for (const { assignment } of description.members)
      for (const { topic, partitions } of assignment)
        for (const partition of partitions) add(flagsOf(topic), topic, partition);
  }
  return found;
}

const nothingKnown = (): PolledEnds => ({
  logStart: null,
  lastStable: null,
  highWatermark: null,
  failure: null,
});

async function readEnds(
  { groups: ask }: ClusterConnection,
  partitions: readonly TopicPartition[],
): Promise<ClusterPoll['ends']> {
  const [earliest, stable, high] = await Promise.all([
    ask.listOffsets(partitions, 'earliest'),
    ask.listOffsets(partitions, 'last_stable'),
    ask.listOffsets(partitions, 'high_watermark'),
  ]);
  const ends = new Map<string, PolledEnds[]>();
  const put = (answers: readonly LogOffset[], field: 'logStart' | 'lastStable' | 'highWatermark') => {
    for (const { topic, partition, offset, failure } of answers) {
      const ofTopic = ends.get(topic) ?? [];
      ends.set(topic, ofTopic);
      const known = ofTopic[partition] ?? nothingKnown();
      ofTopic[partition] = known;
      known[field] = offset;
      known.failure ??= failure;
    }
  };
  put(earliest, 'logStart');
  put(stable, 'lastStable');
  put(high, 'highWatermark');
  return ends;
}
