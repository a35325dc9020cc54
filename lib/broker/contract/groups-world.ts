import type { GroupType } from '#lib/domain/lag/status.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { ClusterGroups, TopicPartition } from '../port/groups.ts';

export type GroupClient = {
  /** What the client itself says that it has, once it passes; by default once it has anything. */
  assigned(passes?: (assignment: readonly TopicPartition[]) => boolean): Promise<readonly TopicPartition[]>;
  consumed(count: number): Promise<void>;
  stop(): Promise<void>;
};

export type ForeignMember = {
  groupId: string;
  protocolType: string;
  protocolName: string;
  metadata: Buffer;
  assignment: Buffer;
};

/** What the suite needs from outside: a real broker, changed and observed by programs that are not the adapter under test. */
export type GroupsWorld = {
  groups: () => ClusterGroups;
  /** A topic of its own with this many partitions. */
  createTopic(partitions: number): Promise<string>;
  /** `count` records that carry the timestamps given, or that of now. */
  produce(topic: string, partition: number, count: number, timestampsMs?: readonly number[]): Promise<void>;
  /** One transaction, left open until `end`. */
  openTransaction(topic: string, count: number): Promise<{ end(commit: boolean): Promise<void> }>;
  deleteRecordsBefore(topic: string, partition: number, offset: number): Promise<void>;
  commit(groupId: string, topic: string, offsets: Record<number, number>): Promise<void>;
  /** A real client of another make, in a process of its own. */
  startClient(client: {
    type: GroupType;
    groupId: string;
    topics: readonly string[];
    clientId: string;
    instanceId?: string;
    rack?: string;
    limit?: number;
    properties?: Record<string, string>;
  }): Promise<GroupClient>;
  /** A member of a classic group whose bytes need not be the consumer protocol's. */
  joinForeign(member: ForeignMember): Promise<{ stop(): Promise<void> }>;
  /** Kafka's own word, by another client. */
  outside: {
    committed(groupId: string, topic: string): Promise<Map<number, bigint | null>>;
    ends(topic: string): Promise<Map<number, { low: bigint; high: bigint }>>;
  };
  newGroupId(): string;
};

/** The answer; throws the failure that stands in its place. */
export const good = <T>(answer: T | BrokerFailure | undefined): T => {
  if (answer === undefined || answer instanceof BrokerFailure)
    throw answer ?? new Error('no answer for the group');
  return answer;
};
