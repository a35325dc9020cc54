import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { startJavaClient } from '#fixtures/java-client.ts';
import { createTopics, testBrokers, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { shellWithKafkaTools } from '#fixtures/tool-scripts.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConfig, Config } from '#lib/config/config.ts';
import { type WhatIfBody, whatIfAnswer, whatIfBody } from '#lib/contract/what-if.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { whatIfGroup } from './what-if-group.ts';

const prefix = testPrefix();
const topic = `${prefix}orders`;
const types = ['share', 'streams'] as const;
/** A Streams application's name is part of its topics' names: only a share group's can make a command stumble. */
const idOf = (type: (typeof types)[number]) => `${prefix}${type === 'share' ? "the share group's" : type}`;
const baseMs = Date.now() - 3_600_000;
const main: ClusterConfig = {
  ...{ name: 'main', bootstrapServers: [testBrokers()[0] ?? ''], properties: {}, writeProperties: {} },
  ...{ schemaRegistry: null, readOnly: true },
};
const ana: Principal = {
  ...{ userId: 'u1', name: 'ana', via: 'session' },
  grants: [{ role: 'viewer', cluster: 'main', flow: '*' }],
};
const repartition = `${idOf('streams')}-by-value-repartition`;
const connection = connectCluster(main);
let test: TestDatabase;
let shell: Awaited<ReturnType<typeof shellWithKafkaTools>>;

/** Real clients read part of the topic and leave: share consumers and a Streams application, as Kafka 4.4 has them. */
beforeAll(async () => {
  [test, shell] = await Promise.all([createTestDatabase(), shellWithKafkaTools()]);
  await createTopics([{ topic, partitions: 1, configs: { 'retention.ms': '-1' } }]);
  const producer = testProducer();
  await producer.connect();
  const messages = Array.from({ length: 12 }, (_, at) => ({
    ...{ partition: 0, value: `${at}`, timestamp: `${baseMs + at * 1_000}` },
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  await Promise.all(
    types.map(async (type) => {
      const client = await startJavaClient({ type, groupId: idOf(type), topics: [topic], clientId: type });
      await client.consumed(messages.length);
      if (type === 'streams') await committedWhatItGroupsBy(messages.length);
      await client.stop();
    }),
  );
  const partitions = [partitionReading({ topic, partition: 0, consumeRate: 20, produceRate: 10 })];
  await test.database.stores.lag.saveGroups(
    'main',
    types.map((type) => storedGroup({ groupId: idOf(type), type, state: 'Empty', partitions })),
    new Date(),
  );
});
afterAll(async () => {
  await connection.close();
  await test.drop();
  shell.remove();
});

/** The application's second half reads what its first wrote, and commits that in its own time: it stands among its offsets once it has. */
const committedWhatItGroupsBy = (records: number) =>
  vi.waitFor(
    async () => {
      const committed = (await connection.groups.fetchCommitted([idOf('streams')])).get(idOf('streams'));
      expect(committed).toContainEqual(
        expect.objectContaining({ topic: repartition, partition: 0, offset: BigInt(records) }),
      );
    },
    { timeout: 60_000, interval: 100 },
  );

const ask = async (type: (typeof types)[number], to: WhatIfBody['to'], topics?: readonly string[]) => {
  const config = { clusters: [main] } as unknown as Config;
  const deps = { database: test.database, config, clusters: new Map([['main', connection]]) };
  const of = { cluster: 'main', group: idOf(type) };
  return whatIfAnswer.parse(
    await whatIfGroup({ ...deps, clock: () => new Date() }, ana, of, whatIfBody.parse({ to, topics })),
  );
};
const timestamp = new Date(baseMs + 4_500).toISOString();

it.each<[(typeof types)[number], WhatIfBody['to'], string]>([
  ['share', { kind: 'earliest' }, '0'],
  ['share', { kind: 'timestamp', timestamp }, '5'],
  ['streams', { kind: 'timestamp', timestamp }, '5'],
  ['streams', { kind: 'shift', by: '-4' }, '8'],
])("a %s group to %j lands where Kafka's own tool would", async (type, to, landing) => {
  const answer = await ask(type, to);
  expect(answer.conflicts.filter((each) => each.blocks)).toEqual([]);
  expect(answer.partitions).toMatchObject([{ topic, partition: 0, to: landing }]);
  const printed = await shell.run(answer.command ?? 'false');
  expect(new RegExp(`${topic}\\s+0\\s+(\\d+)`).exec(printed)?.[1], printed).toBe(landing);
  expect((await ask(type, to)).partitions[0]?.from).toBe(answer.partitions[0]?.from);
});

it('an internal topic of a streams group is refused by name: Kafka deletes it with the reset', async () => {
  await expect(ask('streams', { kind: 'earliest' }, [topic, repartition])).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining(`body.topics.1: "${repartition}" is an internal topic`),
  });
  expect((await ask('streams', { kind: 'earliest' }, [topic])).partitions).toMatchObject([{ topic }]);
});
