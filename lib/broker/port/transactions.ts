import type { BrokerFailure } from './failure.ts';
import type { TopicPartition } from './groups.ts';

/** A transaction that its coordinator has not completed (KIP-664): still written to, or being committed or aborted. */
export type OpenTransaction = {
  transactionalId: string;
  producerId: bigint;
  producerEpoch: number;
  /** Kafka's word: Ongoing, PrepareCommit, PrepareAbort. */
  state: string;
  /** null when the coordinator does not tell. */
  startedMs: number | null;
  /** After this the coordinator aborts it by itself. */
  timeoutMs: number;
  partitions: readonly TopicPartition[];
};

/** A producer that wrote to a partition lately, as the partition's leader remembers it. */
export type PartitionProducer = {
  producerId: bigint;
  producerEpoch: number;
  /** Of its last record; null when unknown. */
  lastTimestampMs: number | null;
  /** First offset of its open transaction here; null when it has none. */
  transactionStartOffset: bigint | null;
  /** null before the first marker of this producer. */
  coordinatorEpoch: number | null;
};

export type ProducersOfPartition = TopicPartition & {
  producers: readonly PartitionProducer[] | null;
  failure: BrokerFailure | null;
};

/** What brokers know of transactions. Read only. */
export type ClusterTransactions = {
  /**
   * Every transaction that is not completed. Throws BrokerFailure when any broker does not answer: a transaction missing here must mean
   * that no coordinator knows it. One that completes while being asked is left out.
   */
  listOpen(): Promise<readonly OpenTransaction[]>;
  /** One answer a partition, in the given order; one that fails does so alone. */
  producersOf(partitions: readonly TopicPartition[]): Promise<readonly ProducersOfPartition[]>;
};
