import type { GroupType } from '#lib/domain/lag/status.ts';
import type { BrokerFailure } from './failure.ts';

export type TopicPartition = { topic: string; partition: number };

export type GroupListing = { groupId: string; type: GroupType; state: string; protocolType: string };

/** Tasks of a streams member (KIP-1071), each as "subtopology_partition". */
export type StreamsTasks = {
  /** The instance that the member's thread runs in; an instance may hold several members. */
  processId: string;
  active: readonly string[];
  standby: readonly string[];
  warmUp: readonly string[];
};

export type GroupMember = {
  memberId: string;
  /** Static membership (KIP-345); null for a dynamic member. */
  instanceId: string | null;
  clientId: string;
  host: string;
  /** null when the client names none, or the protocol does not carry it. */
  rackId: string | null;
  /** Member epoch (KIP-848 and its kin); null in a classic group. Behind the group's epoch while the member still reconciles. */
  epoch: number | null;
  /** What it reads now; of a streams member the source partitions of its active tasks. */
  assignment: readonly { topic: string; partitions: readonly number[] }[];
  /** Topics that the member subscribes; null when the protocol does not tell (a pattern, or another protocol type). */
  subscribed: readonly string[] | null;
  /** null but for members of streams groups. */
  tasks: StreamsTasks | null;
};

export type GroupDescription = {
  groupId: string;
  type: GroupType;
  state: string;
  /** Group epoch: grows with every change of members, subscriptions or topics. null for a classic group, which has none. */
  epoch: number | null;
  /** Epoch of the assignment that the members move to; behind `epoch` until the coordinator has computed it. */
  assignmentEpoch: number | null;
  /** The assignor; of a classic group the protocol that its members agreed on, such as "range". null when none is told. */
  assignor: string | null;
  members: readonly GroupMember[];
  /** Repartition and changelog topics of a streams group's topology; empty for every other type. */
  internalTopics: readonly string[];
};

export type CommittedOffset = TopicPartition & {
  /** null: the group never committed here (Kafka's -1). */
  offset: bigint | null;
  metadata: string | null;
};

/** One partition of a share group (KIP-932), which has no committed offset: records before `startOffset` are done with. */
export type ShareOffset = TopicPartition & {
  /** null: nothing was stored for this partition yet (Kafka's -1). */
  startOffset: bigint | null;
  /** Records not yet done with, as the broker counts them (KIP-1226); null from a broker before 4.2, or when it does not know. */
  lagRecords: bigint | null;
  /** Why this partition alone has no answer. */
  failure: BrokerFailure | null;
};

/** One group's answer; a group that fails does so alone. */
export type PerGroup<T> = ReadonlyMap<string, T | BrokerFailure>;

export type OffsetKind = 'earliest' | 'high_watermark' | 'last_stable';

export type LogOffset = TopicPartition & { offset: bigint | null; failure: BrokerFailure | null };

/**
 * Group and offset protocol of one cluster: classic, consumer (KIP-848), share (KIP-932) and streams (KIP-1071) groups, batched
 * OffsetFetch (KIP-709). Read only. A few requests a broker, however many groups.
 */
export type ClusterGroups = {
  listGroups(): Promise<readonly GroupListing[]>;
  /**
   * Each group by its own type's call; one that has gone over to the other protocol since it was listed is described as what it is
   * now. A group that can't be described fails alone: 'unsupported' when the broker is older than its
   * type's call, 'not_authorized', 'rejected' when its members' bytes are not the protocol's or it is not there.
   */
  describeGroups(
    groups: readonly Pick<GroupListing, 'groupId' | 'type'>[],
  ): Promise<PerGroup<GroupDescription>>;
  /** With `requireStable` a pending transactional commit is waited out, never answered as absent. */
  fetchCommitted(
    groupIds: readonly string[],
    options?: { requireStable?: boolean },
  ): Promise<PerGroup<readonly CommittedOffset[]>>;
  /**
   * Start offsets and lag of share groups, of which OffsetFetch knows nothing: all partitions of the topics that the group has ever
   * subscribed. A group that is not there, or of another type, has none.
   */
  fetchShareOffsets(groupIds: readonly string[]): Promise<PerGroup<readonly ShareOffset[]>>;
  listOffsets(partitions: readonly TopicPartition[], kind: OffsetKind): Promise<readonly LogOffset[]>;
  /**
   * The first record whose timestamp is at or after `atMs` (epoch milliseconds), control and uncommitted records too. `offset` and `failure` both
   * null: the partition has no such record, which is not its end.
   */
  offsetsAtTime(partitions: readonly TopicPartition[], atMs: number): Promise<readonly LogOffset[]>;
};
