import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createTopics,
  testCluster,
  testKafka,
  testPrefix,
  testProducer,
  withTestAdmin,
} from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { observeTopic } from './observe-topic.ts';

const prefix = testPrefix();
const name = (rest: string) => `${prefix}orders${rest}`;
const topics = ['', '.payments.dlq', '.payments.retry', '.payments.quarantine', '.other.dlq'].map(name);
const patterns = ['*.dlq'];
let cluster: ClusterConnection;

beforeAll(async () => {
  await createTopics(topics.map((topic) => ({ topic, partitions: 2 })));
  cluster = connectCluster(testCluster());
  const producer = testProducer();
  await producer.connect();
  const orders = Array.from({ length: 50 }, (_, n) => ({
    key: `o-${n}`,
    value: JSON.stringify({ orderId: `o-${n}`, region: 'eu' }),
  }));
  await producer.send({ topic: name(''), messages: orders });
  const failed = (origin: string) =>
    orders.slice(0, 3).map((order) => ({
      ...order,
      headers: {
        'kafka_dlt-original-topic': origin,
        'kafka_dlt-original-consumer-group': `${prefix}payments-service`,
        'kafka_dlt-exception-fqcn': 'com.acme.Down',
      },
    }));
  await producer.send({ topic: name('.payments.dlq'), messages: failed(name('')) });
  await producer.send({ topic: name('.other.dlq'), messages: failed('elsewhere') });
  await producer.disconnect();
  await withTestAdmin((admin) =>
    admin.setOffsets({
      groupId: `${prefix}payments-service`,
      topic: name(''),
      partitions: [{ partition: 0, offset: '1' }],
    }),
  );
});
afterAll(async () => {
  await cluster.close();
  await withTestAdmin((admin) => admin.deleteTopics({ topics }));
  const admin = testKafka().admin();
  await admin.connect();
  await admin.deleteGroups([`${prefix}payments-service`]);
  await admin.disconnect();
});

it('sees who reads a topic, what its records look like, and where those go that failed', async () => {
  expect(await observeTopic(cluster, null, name(''), patterns)).toMatchObject({
    ...{ cluster: 'main', topic: name(''), partitions: 2, subject: null },
    readers: [`${prefix}payments-service`],
    sample: { keyFields: ['orderId'], uniqueFields: ['orderId'] },
    deadLetters: [
      {
        ...{ topic: name('.payments.dlq'), looked: 3, fromHere: 3 },
        groups: [`${prefix}payments-service`],
        retryTopics: [name('.payments.retry')],
        quarantine: name('.payments.quarantine'),
      },
    ],
  });
});

it('says of a topic that is not there that it is not', () =>
  expect(observeTopic(cluster, null, name('.gone'), patterns)).rejects.toMatchObject({ code: 'not_found' }));
