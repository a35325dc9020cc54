import type { Message, Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import type { Failure } from '../dead-letters/failure.ts';
import { streamsHeaders } from '../dead-letters/streams.ts';
import { type DeadLetter, deadLetterMessage } from '../dead-letters/writer.ts';
import { type Chunk, createConsumerLoop, type Member } from '../kafka/consumer-loop.ts';
import { createOwnProgress } from '../kafka/own-progress.ts';
import { discontinuedSku } from '../orders/fate.ts';
import { readOrder } from '../orders/order.ts';
import type { Service, ServiceDeps } from './service.ts';

type OwnProgress = ReturnType<typeof createOwnProgress>;

const reserveFrame = 'com.example.inventory.ReserveStock.process(ReserveStock.java:48)';

const violation = (problem: string): Failure => ({
  exceptionClass: 'com.example.inventory.OrderFormatException',
  message: problem,
  frames: ['com.example.inventory.OrderSerde.deserialize(OrderSerde.java:29)', reserveFrame],
});

const unknownSku = (orderId: string, sku: string): Failure => ({
  exceptionClass: 'com.example.inventory.UnknownSkuException',
  message: `no stock item ${sku} for order ${orderId}`,
  frames: ['com.example.inventory.StockLevels.of(StockLevels.java:71)', reserveFrame],
});

/** Pure: what becomes of a chunk. */
export function reserve(
  { records }: Pick<Chunk, 'records'>,
  acceptBadRelease: boolean,
): { reservations: Message[]; deadLetters: DeadLetter[] } {
  const reservations: Message[] = [];
  const deadLetters: DeadLetter[] = [];
  for (const record of records) {
    // Like Streams, with the record's own time.
    const failed = (failure: Failure) =>
      deadLetters.push({ record, headers: streamsHeaders(record, failure), keepTimestamp: true });
    const read = readOrder(record.value, { acceptBadRelease });
    if (!read.ok) {
      failed(violation(read.problem));
      continue;
    }
    const { orderId, items } = read.order;
    const gone = items.find(({ sku }) => sku === discontinuedSku);
    if (gone) {
      failed(unknownSku(orderId, gone.sku));
      continue;
    }
    for (const { sku, quantity } of items)
      reservations.push({
        key: orderId,
        value: JSON.stringify({ orderId, sku, quantity, at: record.timestamp }),
      });
  }
  return { reservations, deadLetters };
}

/**
 * Reads orders, writes reservations, and commits both in one Kafka transaction: once in the destination log for
 * read_committed readers. After any error the producer is thrown away and the consumer starts from the committed offset.
 */
export function createInventory({ kafkaOf, topology, faults }: ServiceDeps): Service {
  const { topics, groups } = topology;

  async function transact(producer: Producer, progress: OwnProgress, chunk: Chunk): Promise<void> {
    const records = progress.remaining(chunk);
    const last = records.at(-1);
    if (!last) return;
    const { reservations, deadLetters } = reserve({ records }, !faults.contract);
    const next = BigInt(last.offset) + 1n;
    const transaction = await producer.transaction();
    try {
      const topicMessages = [
        { topic: topics.reservations, messages: reservations },
        { topic: topics.inventoryDeadLetters, messages: deadLetters.map(deadLetterMessage) },
      ].filter(({ messages }) => messages.length > 0);
      if (topicMessages.length > 0) await transaction.sendBatch({ topicMessages });
      await transaction.sendOffsets({
        consumerGroupId: groups.inventory,
        topics: [{ topic: chunk.topic, partitions: [{ partition: chunk.partition, offset: String(next) }] }],
      });
      await transaction.commit();
      progress.committed(chunk, next);
    } catch (error) {
      if (transaction.isActive()) await transaction.abort().catch(() => undefined); // the next producer's init aborts it as well
      throw error;
    }
  }

  const loop = createConsumerLoop({
    kafkaOf,
    groupId: groups.inventory,
    topics: [topics.orders, topics.inventoryRetry],
    members: 1,
    chunkRecords: 200,
    autoCommit: false,
    maxWaitMs: 1000,
    open: async (): Promise<Member> => {
      const producer = kafkaOf(groups.inventory).producer({
        transactionalId: groups.inventory,
        idempotent: true,
        maxInFlightRequests: 1,
        transactionTimeout: 15_000,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: { initialRetryTime: 25, maxRetryTime: 2000, retries: 10 }, // the broker refuses a transaction while the last one is still ending
      });
      await producer.connect();
      const progress = createOwnProgress();
      return { close: () => producer.disconnect(), handle: (chunk) => transact(producer, progress, chunk) };
    },
  });
  return { start: loop.start, stop: loop.stop, settle: loop.settle };
}
