import { afterAll, describe, expect, it } from 'vitest';
import { createTopics, testCluster, testKafka, testPrefix } from '#fixtures/kafka.ts';
import { transactionsContract } from '../contract/transactions-contract.ts';
import { connectCluster } from './connect.ts';

const prefix = testPrefix();
let count = 0;
const connection = connectCluster(testCluster());
afterAll(() => connection.close());

transactionsContract({
  transactions: () => connection.transactions,
  async createTopic(partitions) {
    const topic = `${prefix}topic${count++}`;
    await createTopics([{ topic, partitions }]);
    return topic;
  },
  async open(topic, records) {
    const transactionalId = `${prefix}tx${count++}`;
    const producer = testKafka().producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic,
      messages: Array.from({ length: records }, (_, i) => ({ partition: 1, value: `${i}` })),
    });
    return {
      transactionalId,
      async end(commit) {
        await (commit ? transaction.commit() : transaction.abort());
        await producer.disconnect();
      },
    };
  },
});

describe('the controller', () => {
  it('is the leader of the metadata quorum, as another client sees the only node', async () => {
    const admin = testKafka().admin();
    await admin.connect();
    const { brokers } = await admin.describeCluster().finally(() => admin.disconnect());
    expect(await connection.admin.activeController()).toBe(brokers[0]?.nodeId);
  });
});
