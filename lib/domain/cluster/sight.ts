import type { BrokerPlace, RememberedBroker } from './brokers.ts';
import type { FindingCode, PartitionPlace } from './finding.ts';
import type { GroupReads } from './followers.ts';
import type { HoldingTransaction } from './holding-transactions.ts';

export type PartitionState = PartitionPlace & {
  leader: number | null;
  replicas: readonly number[];
  inSyncReplicas: readonly number[];
  /** null when the topic's configuration is not known. */
  minInSync: number | null;
};

/** Everything that one round saw of the cluster itself. */
export type ClusterSight = {
  atMs: number;
  brokers: readonly BrokerPlace[];
  partitions: readonly PartitionState[];
  /** `known` false: it could not be asked. */
  controller: { known: true; nodeId: number | null } | { known: false };
  /** null: not known who holds partitions. */
  holding: readonly HoldingTransaction[] | null;
  unreadOffsets: readonly (PartitionPlace & { why: string })[];
  unreadGroups: readonly { groupId: string; why: string }[];
  /** Rebalances of the last hour by group. */
  rebalances: ReadonlyMap<string, number> | null;
  groups: Iterable<GroupReads>;
  /** Partitions of the offsets topic with their replicas in order; empty when it is not visible. */
  offsetsTopic: readonly PartitionState[];
};

/** What is carried from round to round and over restarts. */
export type ClusterMemory = {
  brokers: readonly RememberedBroker[];
  controller: number | null;
  controllerChange: { from: number; atMs: number } | null;
  /** When each finding was first made in its present run. */
  since: Readonly<Partial<Record<FindingCode, number>>>;
};

export const emptyClusterMemory: ClusterMemory = {
  brokers: [],
  controller: null,
  controllerChange: null,
  since: {},
};
