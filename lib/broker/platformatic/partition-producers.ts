import { describeProducersV0 } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { TopicPartition } from '../port/groups.ts';
import type { PartitionProducer, ProducersOfPartition } from '../port/transactions.ts';
import type { BrokerLink } from './connection.ts';
import { toBrokerFailure } from './failure.ts';

type Producer = describeProducersV0.DescribeProducersResponsePartitionProducer;

const toProducer = (producer: Producer): PartitionProducer => ({
  producerId: producer.producerId,
  producerEpoch: producer.producerEpoch,
  lastTimestampMs: producer.lastTimestamp < 0n ? null : Number(producer.lastTimestamp),
  transactionStartOffset: producer.currentTxnStartOffset < 0n ? null : producer.currentTxnStartOffset,
  coordinatorEpoch: producer.coordinatorEpoch < 0 ? null : producer.coordinatorEpoch,
});

/** DescribeProducers at each partition's leader; few partitions are asked, so one request each, and one that fails does so alone. */
export function producersOf(
  link: BrokerLink,
  partitions: readonly TopicPartition[],
): Promise<readonly ProducersOfPartition[]> {
  return Promise.all(
    partitions.map(async ({ topic, partition }): Promise<ProducersOfPartition> => {
      const what = `DescribeProducers of ${topic}-${partition}`;
      try {
        // An error of the part is thrown by the client: toLeader then looks for a leader that has moved.
        const answer = await link.toLeader({ topic, partition }, what, (connection) =>
          describeProducersV0.api.async(connection, [{ name: topic, partitionIndexes: [partition] }]),
        );
        const part = answer.topics[0]?.partitions[0];
        if (part === undefined)
          throw new BrokerFailure('rejected', `${what}: the broker left it out of its answer`);
        return { topic, partition, producers: part.activeProducers.map(toProducer), failure: null };
      } catch (error) {
        return { topic, partition, producers: null, failure: toBrokerFailure(error, what) };
      }
    }),
  );
}
