import type { GroupType } from '#lib/domain/lag/status.ts';
import type { BrokerFailure } from './failure.ts';

export type TopicPartition = { topic: string; partition: number };

export type GroupListing = { groupId: string; type: GroupType; state: string; protocolType: string };

export type GroupMember = {
  memberId: string;
  clientId: string;
  host: string;
  assignment: readonly { topic: string; partitions: readonly number[] }[];
  /** Topics that the member subscribes; null when the protocol does not tell (a pattern, or another protocol type). */
  subscribed: readonly string[] | null;
};

export type GroupDescription = {
  groupId: string;
  type: GroupType;
  state: string;
  members: readonly GroupMember[];
};

export type CommittedOffset = TopicPartition & {
  /** null: the group never committed here (Kafka's -1). */
  offset: bigint | null;
  metadata: string | null;
};

/** One group's answer; a group that fails does so alone. */
export type PerGroup<T> = ReadonlyMap<string, T | BrokerFailure>;

export type OffsetKind = 'earliest' | 'high_watermark' | 'last_stable';

export type LogOffset = TopicPartition & { offset: bigint | null; failure: BrokerFailure | null };

/** Group and offset protocol of one cluster (KIP-848, KIP-709 batched OffsetFetch). Read only. */
export type ClusterGroups = {
  listGroups(): Promise<readonly GroupListing[]>;
  /** A type that this adapter cannot describe answers BrokerFailure 'unsupported'. */
  describeGroups(
    groups: readonly Pick<GroupListing, 'groupId' | 'type'>[],
  ): Promise<PerGroup<GroupDescription>>;
  /** With `requireStable` a pending transactional commit is waited out, never answered as absent. */
  fetchCommitted(
    groupIds: readonly string[],
    options?: { requireStable?: boolean },
  ): Promise<PerGroup<readonly CommittedOffset[]>>;
  listOffsets(partitions: readonly TopicPartition[], kind: OffsetKind): Promise<readonly LogOffset[]>;
};
