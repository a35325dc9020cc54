export type BrokerNode = { nodeId: number; host: string; port: number };

export type PartitionInfo = {
  partition: number;
  leader: number | null;
  replicas: readonly number[];
  inSyncReplicas: readonly number[];
};

export type TopicInfo = {
  topic: string;
  topicId: string;
  internal: boolean;
  partitions: readonly PartitionInfo[];
};

export type ClusterInfo = {
  clusterId: string;
  /** As Metadata says it: on KRaft any living broker. `activeController` tells the true one. */
  controller: number | null;
  brokers: readonly BrokerNode[];
};

/** A share group and the topic that its configuration names for its dead letters (KIP-1191). */
export type GroupDeadLetters = { groupId: string; topic: string };

export type TopicConfig = ReadonlyMap<string, string | null>;

/** Cluster and topic metadata. Throws BrokerFailure; a topic that is not there is left out of the answer. */
export type ClusterAdmin = {
  describeCluster(): Promise<ClusterInfo>;
  /** Node id of the active controller (the leader of the metadata quorum); null when there is none now. */
  activeController(): Promise<number | null>;
  /** All topics when no names are given. Never creates one. */
  describeTopics(names?: readonly string[]): Promise<readonly TopicInfo[]>;
  /**
   * Whether this connection's principal may write to each of the topics, by the operations that the broker says are allowed to it; without an
   * authorizer a broker says all. null where it does not tell. A topic that is not there, or may not be seen, is left out.
   */
  mayWrite(names: readonly string[]): Promise<ReadonlyMap<string, boolean | null>>;
  topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, TopicConfig>>;
  /**
   * All groups that name a dead-letter topic, whether or not that exists. Empty where the broker is older than such groups; a group that one may not look at is
   * left out.
   */
  deadLettersOfGroups(): Promise<readonly GroupDeadLetters[]>;
  /** Bytes of each partition's log on its leader, by topic and then partition; a broker that does not tell leaves its own out. */
  logSizes(
    partitions: readonly { topic: string; partition: number; leader: number }[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>>;
  /** Whether the brokers create a topic for whoever names one (auto.create.topics.enable); null when they do not tell. */
  createsTopics(): Promise<boolean | null>;
  /** Used for Sluice's own topics only. Does nothing when it exists. */
  ensureTopic(topic: {
    name: string;
    partitions: number;
    replicationFactor: number;
    configs: Record<string, string>;
  }): Promise<void>;
  /** Highest API versions by name, from which the version of the broker is told. */
  brokerVersion(): Promise<string | null>;
};
