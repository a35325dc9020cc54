import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testBrokers, testKafka, testPrefix } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { int32, int64 } from '#lib/domain/dead-letters/testing/records.ts';
import { clusterName, flowName, topicName } from '#lib/domain/kernel/brand.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { IndexerDeps } from './deps.ts';
import { runIndexer } from './run-indexer.ts';

const prefix = testPrefix();
const kafka = testKafka();
const admin = kafka.admin();
let producer: Producer;
let cluster: ClusterConnection;
let test: TestDatabase;
let clusterId: string;

const spring = (offset: number) => ({
  'kafka_dlt-original-topic': `${prefix}orders`,
  'kafka_dlt-original-partition': int32(0),
  'kafka_dlt-original-offset': int64(offset),
  'kafka_dlt-original-consumer-group': 'svc',
  'kafka_dlt-exception-fqcn': 'com.shop.CardDeclined',
  'kafka_dlt-exception-message': `card of order ${offset} declined`,
});
const connect = (offset: number) => ({
  '__connect.errors.topic': `${prefix}orders`,
  '__connect.errors.partition': '0',
  '__connect.errors.offset': String(offset),
  '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
  '__connect.errors.exception.message': 'bad',
});

const depsFor = (topics: string[], logged: string[] = []): IndexerDeps => ({
  cluster,
  database: test.database,
  config: {
    flows: [],
    deadLetters: { discover: topics, topics: [] },
  },
  clock: () => new Date(),
  log: (message) => {
    logged.push(message);
    console.log(message); // shown when the test fails
  },
  timings: { pollMs: 50, discoverMs: 300 },
});

/** Runs the indexer until `state` is 'done'; what it is instead stands in the failure. */
async function indexUntil(deps: IndexerDeps, state: () => Promise<string>): Promise<void> {
  const stop = new AbortController();
  const running = runIndexer(deps, { signal: stop.signal });
  try {
    await expect.poll(state, { timeout: 30_000, interval: 20 }).toBe('done');
  } finally {
    stop.abort();
    await running;
  }
}
const topicOf = async (topic: string): Promise<TopicRow> => {
  const found = await test.database.stores.deadLetters.findTopic('main', topic);
  if (!found) throw new Error(`${topic} is not in the index`);
  return found;
};
const rowsOf = async (topic: TopicRow): Promise<DeadLetterRecordRow[]> =>
  test.database.stores.deadLetters.listRecords(
    topic,
    { searchKeys: true, searchMessages: true },
    { limit: 100_000, after: null },
  );
const caughtUp = (topic: string, records: number) => async (): Promise<string> => {
  const row = await test.database.stores.deadLetters.findTopic('main', topic);
  if (!row) return 'not discovered';
  const [state] = await test.database.stores.deadLetterSummaries.indexStates(row.clusterId, [row.topicId]);
  if (state?.behindRecords !== 0n) return `${state?.behindRecords ?? 'unknown'} behind`;
  const rows = (await rowsOf(row)).map((each) => `${each.partition}-${each.offset}`);
  return rows.length === records ? 'done' : `${rows.length} rows: ${rows.slice(0, 20)}`;
};
/** What a read_committed reader finds in the log, by another client than the indexer's. */
async function inLog(topic: string): Promise<string[]> {
  const info = (await cluster.admin.describeTopics([topic]))[0];
  if (!info) throw new Error(`${topic} is not there`);
  const found: string[] = [];
  for (const { partition } of info.partitions) {
    let offset: bigint | null = null;
    const start = await cluster.groups.listOffsets([{ topic, partition }], 'earliest');
    offset = start[0]?.offset ?? 0n;
    for (;;) {
      const answer = await cluster.reader.fetch({
        topicId: info.topicId,
        partition,
        offset,
        maxBytes: 64 * 1024,
        isolation: 'read_committed',
      });
      found.push(...answer.records.map((record) => `${partition}-${record.offset}`));
      if (answer.nextOffset >= answer.lastStable) break;
      offset = answer.nextOffset;
    }
  }
  return found.sort();
}

beforeAll(async () => {
  test = await createTestDatabase();
  cluster = connectCluster({
    name: 'main',
    bootstrapServers: testBrokers(),
    properties: {},
    writeProperties: {},
    schemaRegistry: null,
    readOnly: false,
  });
  ({ clusterId } = await cluster.admin.describeCluster());
  // Idempotent, or a slow broker makes a retry into a second record.
  producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await Promise.all([admin.connect(), producer.connect()]);
});
afterAll(async () => {
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.deleteTopics({ topics });
  await Promise.all([admin.disconnect(), producer.disconnect(), cluster.close()]);
  await test.drop();
});

describe('runIndexer', () => {
  it('indexes several conventions, follows, and leaves aborted records out', async () => {
    const topic = `${prefix}mixed.dlq`;
    await createTopics([{ topic, partitions: 2, configs: { 'retention.ms': '86400000' } }]);
    await producer.send({
      topic,
      messages: [
        { partition: 0, key: 'k1', value: '{"n":1}', headers: spring(7) },
        { partition: 1, key: null, value: null, headers: connect(8) },
        { partition: 1, key: Buffer.from([0, 0, 0, 9]), value: 'plain' },
      ],
    });
    const transactional = kafka.producer({
      transactionalId: `${prefix}tx`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await transactional.connect();
    for (const outcome of ['abort', 'commit'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic, messages: [{ partition: 0, value: outcome, headers: spring(9) }] });
      await transaction[outcome]();
    }
    await transactional.disconnect();
    const flows = [
      {
        name: flowName('pay'),
        cluster: clusterName('main'),
        deadLetters: topicName(topic),
        quarantine: null,
      },
    ];
    const deps = depsFor([]);
    await indexUntil(
      { ...deps, config: { ...deps.config, flows: flows as unknown as IndexerDeps['config']['flows'] } },
      caughtUp(topic, 4),
    );
    const row = await topicOf(topic);
    expect(row).toMatchObject({ kind: 'dead_letter', flow: 'pay', retentionMs: 86_400_000n, clusterId });
    const rows = await rowsOf(row);
    expect(rows.map((each) => `${each.partition}-${each.offset}`).sort()).toEqual(await inLog(topic));
    const at = (partition: number, offset: bigint) =>
      rows.find((each) => each.partition === partition && each.offset === offset);
    expect(at(0, 0n)).toMatchObject({
      keyText: 'k1',
      valueBytes: 7,
      convention: 'spring-kafka',
      originTopic: `${prefix}orders`,
      originOffset: 7n,
      hopOffset: 7n,
      originGroup: 'svc',
      originProvenance: 'int64 big-endian, Spring Kafka',
      exceptionClass: 'com.shop.CardDeclined',
      verdict: 'poison',
      lineageRoot: `${prefix}orders-0-7`,
      disposition: 'open',
    });
    expect(at(1, 0n)).toMatchObject({ convention: 'kafka-connect', keyText: null, valueBytes: null });
    expect(at(1, 1n)).toMatchObject({ convention: 'none', keyText: '0x00000009', originTopic: null });
    // Two records of one failure, told apart only by the order's number.
    expect(at(0, 0n)?.fingerprint).toBe(rows.find((each) => each.originOffset === 9n)?.fingerprint);
  });

  it('stopped and started again in the middle, ends with exactly what is in the log', async () => {
    const topic = `${prefix}restarts.dlq`;
    await createTopics([{ topic, partitions: 3 }]);
    const records = 6000;
    for (let from = 0; from < records; from += 1000)
      await producer.send({
        topic,
        messages: Array.from({ length: 1000 }, (_, n) => ({
          key: `k${from + n}`,
          value: 'x'.repeat(600),
          headers: n % 2 === 0 ? spring(from + n) : connect(from + n),
        })),
      });
    // Enough to be stopped in the middle of each partition; where seeing that all is there takes longer than a fetch, it would never end.
    const most = 16;
    let stops = 0;
    for (let killed = true; killed; ) {
      const stop = new AbortController();
      const deps = depsFor([topic]);
      let fetches = 0;
      const running = runIndexer(
        {
          ...deps,
          cluster: {
            ...cluster,
            reader: {
              ...cluster.reader,
              // Stopped while a fetch is under way, at another place each time.
              fetchLog: (request) => {
                fetches += 1;
                if (stops < most && fetches === 1 + (stops % 2)) setTimeout(() => stop.abort(), stops * 3);
                return cluster.reader.fetchLog(request);
              },
            },
          },
        },
        { signal: stop.signal },
      );
      const done = caughtUp(topic, records);
      while (!stop.signal.aborted && (await done()) !== 'done')
        await new Promise((wake) => setTimeout(wake, 20));
      killed = stop.signal.aborted;
      if (killed) stops += 1;
      stop.abort();
      await running;
    }
    expect(stops).toBeGreaterThan(1);
    const rows = await rowsOf(await topicOf(topic));
    expect(rows.map((each) => `${each.partition}-${each.offset}`).sort()).toEqual(await inLog(topic));
  });

  it('takes a recreated topic for another one', async () => {
    const topic = `${prefix}recreated.dlq`;
    await createTopics([{ topic }]);
    await producer.send({
      topic,
      messages: [
        { value: 'old', headers: spring(1) },
        { value: 'old', headers: spring(2) },
      ],
    });
    await indexUntil(depsFor([topic]), caughtUp(topic, 2));
    const old = await topicOf(topic);
    await admin.deleteTopics({ topics: [topic] });
    await expect
      .poll(
        () =>
          createTopics([{ topic }]).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    // A broker that has not heard of it yet would take the record into the old log, which goes with it.
    await expect.poll(() => inLog(topic), { timeout: 20_000 }).toEqual([]);
    await producer.send({ topic, messages: [{ value: 'new', headers: spring(3) }] });
    await indexUntil(depsFor([topic]), async () =>
      (await topicOf(topic).catch(() => old)).topicId === old.topicId
        ? 'still the old one'
        : await caughtUp(topic, 1)(),
    );
    const now = await topicOf(topic);
    expect((await rowsOf(now)).map((each) => each.originOffset)).toEqual([3n]);
    expect((await rowsOf(old)).map((each) => each.disposition)).toEqual(['expired', 'expired']);
  });

  it('takes back what it said of a topic that was only out of sight, and lets one be that is no longer watched', async () => {
    const topic = `${prefix}hidden.dlq`;
    await createTopics([{ topic }]);
    await producer.send({ topic, messages: [{ value: 'v', headers: spring(1) }] });
    await indexUntil(depsFor([topic]), caughtUp(topic, 1));
    const row = await topicOf(topic);
    const dispositions = async () => (await rowsOf(row)).map((each) => each.disposition);
    const gone = async () =>
      (await test.database.stores.deadLetters.findTopic('main', topic)) === null ? 'done' : 'still listed';
    await indexUntil(depsFor([]), gone);
    expect(await dispositions()).toEqual(['open']);
    await indexUntil(depsFor([topic]), caughtUp(topic, 1));
    const admin = { ...cluster.admin, describeTopics: async () => [] };
    await indexUntil({ ...depsFor([topic]), cluster: { ...cluster, admin } }, gone);
    expect(await dispositions()).toEqual(['expired']);
    await indexUntil(depsFor([topic]), caughtUp(topic, 1));
    expect(await dispositions()).toEqual(['open']);
  });

  it('expires what is below a moved log start, and counts it no more', async () => {
    const topic = `${prefix}trimmed.dlq`;
    await createTopics([{ topic }]);
    await producer.send({ topic, messages: [1, 2, 3].map((n) => ({ value: 'v', headers: spring(n) })) });
    await indexUntil(depsFor([topic]), caughtUp(topic, 3));
    await admin.fetchTopicOffsets(topic); // kafkajs trims only topics that it has looked up
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    await indexUntil(depsFor([topic]), caughtUp(topic, 1));
    const row = await topicOf(topic);
    const [summary] = await test.database.stores.deadLetterSummaries.summaries(
      { clusterId: row.clusterId, topicIds: [row.topicId], without: [] },
      new Date(),
    );
    expect(summary).toMatchObject({ open: 1, total: 1 });
    const expired = await test.database.stores.deadLetters.listRecords(
      row,
      { disposition: 'expired', searchKeys: true, searchMessages: true },
      { limit: 10, after: null },
    );
    expect(expired.map((each) => each.offset)).toEqual([1n, 0n]);
  });

  it('indexes hostile records', async () => {
    const topic = `${prefix}hostile.dlq`;
    await createTopics([{ topic }]);
    const nasty = [
      '\u0000',
      'x'.repeat(20_000),
      '<script>',
      '\ud800',
      '-1',
      '99999999999999999999',
      '\u202e',
      '{"__proto__":1}',
    ];
    const names = [
      ...Object.keys(spring(1)),
      ...Object.keys(connect(1)),
      'sluice-replay-id',
      'sluice-origin',
      'x',
    ];
    const messages = nasty.flatMap((value) => [
      { key: value, value, headers: Object.fromEntries(names.map((name) => [name, value])) },
      { key: null, value: null, headers: Object.fromEntries(names.map((name) => [name, int64(-1)])) },
    ]);
    const logged: string[] = [];
    for (const message of messages) await producer.send({ topic, messages: [message] });
    await indexUntil(depsFor([topic], logged), caughtUp(topic, messages.length));
    expect(logged).toEqual([]);
  });

  it('takes the lineage of a returned record from the replay ledger, and from nobody else', async () => {
    const topic = `${prefix}returned.dlq`;
    await createTopics([{ topic }]);
    const root = `${prefix}orders-0-77`;
    await test.database.stores.lineageAttempts.add(clusterId, 'replay-1', [root], new Date());
    const hint = (replay: string) => ({ ...spring(5), 'sluice-replay-id': replay, 'sluice-origin': root });
    await producer.send({
      topic,
      messages: [
        { value: 'v', headers: hint('replay-1') },
        { value: 'v', headers: hint('forged') },
      ],
    });
    await indexUntil(depsFor([topic]), caughtUp(topic, 2));
    const [forged, returned] = await rowsOf(await topicOf(topic));
    expect(returned).toMatchObject({
      lineageRoot: root,
      originOffset: 77n,
      hopOffset: 5n,
      originProvenance: 'replay ledger, Sluice',
    });
    expect(forged).toMatchObject({ lineageRoot: `${prefix}orders-0-5`, originOffset: 5n });
  });

  it('goes on with the other topics when one fails', async () => {
    const [good, bad] = [`${prefix}good.dlq`, `${prefix}bad.dlq`];
    await createTopics([{ topic: good }, { topic: bad }]);
    for (const topic of [good, bad]) await producer.send({ topic, messages: [{ value: 'v' }] });
    const badId = (await cluster.admin.describeTopics([bad]))[0]?.topicId;
    const logged: string[] = [];
    const deps = depsFor([good, bad], logged);
    const fetchLog: ClusterConnection['reader']['fetchLog'] = (request) =>
      request.topicId === badId ? Promise.reject(new Error('no')) : cluster.reader.fetchLog(request);
    await indexUntil(
      { ...deps, cluster: { ...cluster, reader: { ...cluster.reader, fetchLog } } },
      caughtUp(good, 1),
    );
    expect(logged).toEqual([`dead letters of main/${bad}-0: no`]);
    await indexUntil(depsFor([good, bad]), caughtUp(bad, 1));
  });
});
