import { CompressionTypes } from 'kafkajs';
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

/** Of the first records of a topic's only partition, each with the content `n` as its value. */
const ofPlainTopic = (id: string, count: number): ExamineRequest => ({
  topicId: id,
  partitions: new Int32Array(count),
  offsets: BigInt64Array.from({ length: count }, (_, n) => BigInt(n)),
  hashes: Array.from({ length: count }, (_, n) =>
    contentHash({ key: null, value: Buffer.from(String(n)), headers: [] }),
  ).join(''),
  bytes: new Int32Array(count).fill(100),
  ...{ destinationPartitions: 1, divertedPartitions: null, keySpecs: [], valuesOf: [] },
});

it('tells a record that is there and cannot be read from one that is gone, and does not know of one behind the end of the log', async () => {
  const plain = `${testPrefix()}unreadable.dlq`;
  await createTopics([{ topic: plain, partitions: 1 }]);
  const producer = testProducer();
  await producer.connect();
  const send = (value: Buffer) =>
    producer.send({ topic: plain, compression: CompressionTypes.GZIP, messages: [{ value }] });
  await send(Buffer.from('0'));
  await send(Buffer.alloc(65 << 20, 'a'));
  await send(Buffer.from('2'));
  await producer.disconnect();
  const [found] = await cluster.admin.describeTopics([plain]);
  const id = found?.topicId ?? '';
  const { state } = await payloads.examine({ cluster: 'main', ...ofPlainTopic(id, 3) });
  expect([...state].map((at) => examinedStates[at])).toEqual(['as_indexed', 'unreadable', 'as_indexed']);
  await expect(examineRecords(cluster.reader, ofPlainTopic(id, 4))).rejects.toMatchObject({
    kind: 'timed_out',
    message: expect.stringContaining('at 3 yet: the log ends at 3'),
  });
});
