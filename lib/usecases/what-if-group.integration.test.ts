import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import {
  createTopics,
  testBrokers,
  testConsumer,
  testKafka,
  testPrefix,
  testProducer,
} from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { shellWithKafkaTools } from '#fixtures/tool-scripts.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConfig, Config } from '#lib/config/config.ts';
import { type WhatIfBody, whatIfAnswer, whatIfBody } from '#lib/contract/what-if.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { PartitionReading } from '#lib/domain/lag/group.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { whatIfGroup } from './what-if-group.ts';

const prefix = testPrefix();
const topic = `${prefix}orders`;
/** A name that a careless command would stumble over, or worse. */
const groupId = `${prefix}it's a "group" $(touch /tmp/${prefix}) --ünï`;
const baseMs = Date.now() - 3_600_000;
const now = new Date();
const cluster = (server: string): ClusterConfig => ({
  name: 'main',
  bootstrapServers: [server],
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: true,
});
const ana: Principal = {
  userId: 'u1',
  name: 'ana',
  grants: [{ role: 'viewer', cluster: 'main', flow: '*' }],
  via: 'session',
};

let test: TestDatabase;
let shell: Awaited<ReturnType<typeof shellWithKafkaTools>>;
const connection = connectCluster(cluster(testBrokers()[0] ?? ''));

const partition = (number: number, more: Partial<PartitionReading> = {}) =>
  partitionReading({ topic, partition: number, consumeRate: 20, produceRate: 10, ...more });
const group = (id: string, more: Partial<StoredGroup> = {}) =>
  storedGroup({
    groupId: id,
    state: 'Empty',
    partitions: [0, 1, 2].map((each) => partition(each)),
    ...more,
  });

beforeAll(async () => {
  [test, shell] = await Promise.all([createTestDatabase(), shellWithKafkaTools()]);
  await createTopics([{ topic, partitions: 4, configs: { 'retention.ms': '-1' } }]);
  const producer = testProducer();
  await producer.connect();
  const records = [20, 4, 12, 5].flatMap((count, number) =>
    Array.from({ length: count }, (_, i) => ({
      partition: number,
      value: `${i}`,
      timestamp: String(baseMs + i * 1_000),
    })),
  );
  await producer.send({ topic, messages: records });
  await producer.disconnect();
  const admin = testKafka().admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
  await admin.disconnect();
  await commitOffsets(groupId, topic, { 0: 3, 1: 2, 2: 12 });
  await test.database.stores.lag.saveGroups('main', [group(groupId)], now);
});
afterAll(async () => {
  await connection.close();
  await test.drop();
  shell.remove();
});

const deps = (server?: string) => {
  const config = { clusters: [cluster(server ?? testBrokers()[0] ?? '')] } as unknown as Config;
  const at = server === undefined ? connection : connectCluster(cluster(server), { deadlineMs: 500 });
  return { database: test.database, config, clusters: new Map([['main', at]]), clock: () => now };
};
const ask = async (to: WhatIfBody['to'], more: Partial<WhatIfBody> = {}, of = groupId) =>
  whatIfAnswer.parse(
    await whatIfGroup(deps(), ana, { cluster: 'main', group: of }, whatIfBody.parse({ to, ...more })),
  );
const landings = (answer: Awaited<ReturnType<typeof ask>>) =>
  new Map(answer.partitions.filter((each) => each.to !== null).map((each) => [each.partition, each.to]));

/** What the tool prints: GROUP TOPIC PARTITION NEW-OFFSET; the group's name may hold anything. */
const printed = (output: string) =>
  new Map(
    output.split('\n').flatMap((line): [number, string][] => {
      const [, number, offset] =
        new RegExp(` ${topic.replaceAll('.', String.raw`\.`)}\\s+(\\d+)\\s+(\\d+)\\s*$`).exec(line) ?? [];
      return number && offset ? [[Number(number), offset]] : [];
    }),
  );
const committedNow = async () => (await connection.groups.fetchCommitted([groupId])).get(groupId);

describe('what if', () => {
  it.each<[WhatIfBody['to'], Record<number, string>]>([
    [
      { kind: 'offset', offset: '5' },
      { 0: '6', 1: '4', 2: '5', 3: '5' },
    ],
    [
      { kind: 'timestamp', timestamp: new Date(baseMs + 8_500).toISOString() },
      { 0: '9', 1: '4', 2: '9', 3: '5' },
    ],
    [{ kind: 'earliest' }, { 0: '6', 1: '0', 2: '0', 3: '0' }],
    [{ kind: 'latest' }, { 0: '20', 1: '4', 2: '12', 3: '5' }],
    [
      { kind: 'shift', by: '-4' },
      { 0: '6', 1: '0', 2: '8' },
    ],
  ])(
    "lands where Kafka's own tool would, by its command as pasted, and changes nothing: %j",
    async (to, expected) => {
      const before = await committedNow();
      const answer = await ask(to);
      expect(Object.fromEntries(landings(answer))).toEqual(expected);
      expect(printed(await shell.run(answer.command ?? 'false'))).toEqual(landings(answer));
      expect(await committedNow()).toEqual(before);
    },
  );

  it('counts what is read again, skipped and gone, and predicts the drain', async () => {
    const answer = await ask({ kind: 'offset', offset: '5' });
    const brief = answer.partitions.map((each) => [
      each.from,
      each.to,
      each.reprocessed,
      each.skipped,
      each.expired,
      each.clamp,
      each.drainMs,
    ]);
    expect(brief).toEqual([
      ['3', '6', '0', '0', '1', 'log_start', 1_400],
      ['2', '4', '0', '2', '0', 'end', 0],
      ['12', '5', '7', '0', '0', null, 700],
      [null, '5', null, null, '0', null, 0],
    ]);
    expect(answer.totals).toMatchObject({
      partitions: 4,
      moved: 4,
      unknown: 0,
      reprocessed: '7',
      skipped: '2',
    });
    expect(answer).toMatchObject({ state: 'Empty', members: 0, conflicts: [] });
  });

  it('names members that are connected, of any of its topics and of no other', async () => {
    const live = `${prefix}live`;
    await test.database.stores.lag.saveGroups('main', [group(live)], now);
    const consumer = testConsumer(live);
    await consumer.connect();
    await consumer.subscribe({ topic });
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.run({ eachMessage: async () => undefined });
    await joined;
    const answer = await ask({ kind: 'latest' }, { topics: [topic] }, live);
    await consumer.disconnect();
    expect(answer).toMatchObject({ state: 'Stable', members: 1 });
    expect(answer.conflicts).toMatchObject([{ code: 'group_active', blocks: true }]);
    await expect(ask({ kind: 'latest' }, { topics: [`${topic}.other`] })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('body.topics.0'),
    });
  });

  it('a topic that is gone is named, and the command does without it', async () => {
    const [gone, left] = [`${prefix}gone`, `${prefix}left`];
    const partitions = [partition(0, { topic: gone }), partition(1)];
    await test.database.stores.lag.saveGroups('main', [group(left, { partitions })], now);
    await commitOffsets(left, topic, { 1: 1 });
    const answer = await ask({ kind: 'earliest' }, {}, left);
    expect(answer.conflicts).toMatchObject([{ code: 'topic_gone', blocks: true }]);
    expect(answer.command).toContain(`--topic ${topic}:0,1,2,3 --reset-offsets`);
    expect(answer.command).not.toContain(gone);
  });

  it('is refused for who may not read it, and says so when Kafka is away', async () => {
    const of = { cluster: 'main', group: groupId };
    const body = whatIfBody.parse({ to: { kind: 'latest' } });
    await expect(whatIfGroup(deps(), { ...ana, grants: [] }, of, body)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(whatIfGroup(deps(), ana, { ...of, group: 'none' }, body)).rejects.toMatchObject({
      code: 'not_found',
    });
    const away = deps('127.0.0.1:1');
    await expect(whatIfGroup(away, ana, of, body)).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringContaining('Nothing was changed'),
    });
    await away.clusters.get('main')?.close();
  });
});
