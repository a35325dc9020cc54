import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import { partitionOfKey } from '#lib/domain/replays/routing.ts';
import { createPayloadReader, type PayloadReader } from '../payload/payload-reader.ts';
import { connectCluster } from '../platformatic/connect.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { type ExamineRequest, examinedStates, examineRecords } from './examine-records.ts';

const topic = `${testPrefix()}examined.dlq`;
const many = 700;
let cluster: ClusterConnection;
let payloads: PayloadReader;
let topicId = '';

const header = (name: string, value: string | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});
type Written = { key: string | null; value: string | null; headers: ReturnType<typeof header>[] };
/** By number: some without a key or a value, some with a charge in the value or a key of their own in a header. */
const letter = (n: number): Written => ({
  key: n % 5 === 0 ? null : `order-${n}`,
  value: n % 7 === 0 ? null : JSON.stringify({ orderId: `order-${n}`, ...(n % 3 === 0 && { charge: n }) }),
  headers: [header('x-try', String(n)), ...(n % 4 === 0 ? [header('idem', `i-${n}`)] : [])],
});
const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
const hashOf = ({ key, value, headers }: Written) =>
  contentHash({ key: bytes(key), value: bytes(value), headers });

beforeAll(async () => {
  await createTopics([{ topic, partitions: 2 }]);
  const producer = testProducer();
  await producer.connect();
  await producer.send({
    topic,
    messages: Array.from({ length: many }, (_, n) => {
      const { key, value, headers } = letter(n);
      const named = headers.map(({ name, value: of }) => [name.toString(), of ?? ''] as const);
      return { key, value, partition: n % 2, headers: Object.fromEntries(named) };
    }),
  });
  await producer.disconnect();
  // The first ten of partition 0 are taken by retention.
  await withTestAdmin(async (admin) => {
    await admin.fetchTopicOffsets(topic); // or kafkajs does not know its leaders
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] });
  });
  cluster = connectCluster(testCluster());
  payloads = createPayloadReader([testCluster()], { log: () => undefined });
  const [found] = await cluster.admin.describeTopics([topic]);
  topicId = found?.topicId ?? '';
});
afterAll(async () => {
  await Promise.all([cluster?.close(), payloads?.close()]);
});

const changed = 40;
const request = (): ExamineRequest => {
  const numbers = Array.from({ length: many }, (_, n) => n);
  return {
    topicId,
    partitions: Int32Array.from(numbers, (n) => n % 2),
    offsets: BigInt64Array.from(numbers, (n) => BigInt(Math.floor(n / 2))),
    hashes: numbers.map((n) => hashOf(n === changed ? letter(n + 1) : letter(n))).join(''),
    bytes: new Int32Array(many).fill(100),
    ...{ destinationPartitions: 12, divertedPartitions: 5 },
    keySpecs: ['key', 'header:idem', 'field:/charge'],
    valuesOf: ['field:/orderId'],
  };
};

it('says of each record what it is, whichever process reads it', async () => {
  const examined = await examineRecords(cluster.reader, request());
  for (let n = 0; n < many; n++) {
    const gone = n % 2 === 0 && n < 20;
    const state = gone ? 'expired' : n === changed ? 'content_changed' : 'as_indexed';
    expect([n, examinedStates[examined.state[n] ?? -1]]).toEqual([n, state]);
    if (state !== 'as_indexed') continue;
    const { key, value, headers } = letter(n);
    const carried = contentHash({ key: bytes(key), value: bytes(value), headers: [] });
    const headerBytes = headers.reduce((sum, each) => sum + each.name.length + (each.value?.length ?? 0), 0);
    expect({
      bytes: examined.bytes[n],
      tombstone: examined.tombstone[n],
      partitions: [examined.keyPartition[n], examined.divertedKeyPartition[n]],
      carried: examined.carried.slice(n * 32, (n + 1) * 32),
      keys: examined.keys.map((seen) => seen[n]),
      values: examined.values.map((values) => values[n]),
    }).toEqual({
      bytes: (key?.length ?? 0) + (value?.length ?? 0) + headerBytes,
      tombstone: value === null ? 1 : 0,
      partitions:
        key === null ? [-1, -1] : [partitionOfKey(Buffer.from(key), 12), partitionOfKey(Buffer.from(key), 5)],
      carried: carried.slice(0, 32),
      keys: [key === null ? 0 : 1, n % 4 === 0 ? 1 : 0, value !== null && n % 3 === 0 ? 1 : 0],
      values: [value === null ? null : `order-${n}`],
    });
  }
  expect(await payloads.examine({ cluster: 'main', ...request() })).toEqual(examined);
});

it('tells that a cluster or a topic is not there', async () => {
  await expect(payloads.examine({ cluster: 'nowhere', ...request() })).rejects.toMatchObject({
    code: 'broker_unavailable',
  });
  const recreated = { ...request(), topicId: '01234567-89ab-4def-8123-456789abcdef' };
  await expect(payloads.examine({ cluster: 'main', ...recreated })).rejects.toMatchObject({
    code: 'record_gone',
  });
});
