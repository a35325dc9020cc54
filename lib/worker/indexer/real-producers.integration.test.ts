import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type KnownDeadLetter, produceDeadLetters } from '#fixtures/dead-letter-producers.ts';
import { testCluster, testPrefix, withTestAdmin } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { type AnalysedDeadLetter, analyse } from '#lib/domain/dead-letters/analyse.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { runIndexer } from './run-indexer.ts';

const prefix = testPrefix();
let cluster: ClusterConnection;
let test: TestDatabase;
let known: KnownDeadLetter[];
/** Everything that Sluice makes of a dead letter: its row in the index, what the decoder says, the record. */
type Seen = { row: DeadLetterRecordRow; decoded: AnalysedDeadLetter; record: LogRecord };
const seen = new Map<string, Seen[]>();

const rowsOf = (topic: TopicRow) =>
  test.database.stores.deadLetters.listRecords(
    topic,
    { searchKeys: true, searchMessages: true },
    { limit: 1000, after: null },
  );
const indexedTopic = (topic: string) => test.database.stores.deadLetters.findTopic('main', topic);

async function index(topics: readonly string[]): Promise<void> {
  const stop = new AbortController();
  const running = runIndexer(
    {
      cluster,
      database: test.database,
      config: { flows: [], deadLetters: { discover: topics, topics: [] } },
      clock: () => new Date(),
      log: console.log,
      timings: { pollMs: 50, discoverMs: 500 },
    },
    { signal: stop.signal },
  );
  const indexed = async () => {
    const found = await Promise.all(topics.map(indexedTopic));
    const rows = await Promise.all(found.map((each) => (each ? rowsOf(each) : [])));
    return rows.flat().length;
  };
  try {
    await vi.waitFor(async () => expect(await indexed()).toBe(known.length), {
      timeout: 30_000,
      interval: 100,
    });
  } finally {
    stop.abort();
    await running;
  }
}

async function look(topic: string): Promise<Seen[]> {
  const indexed = await indexedTopic(topic);
  if (!indexed) throw new Error(`${topic} is not in the index`);
  return Promise.all(
    (await rowsOf(indexed)).map(async (row) => {
      const { partition, offset } = row;
      const record = await cluster.reader.fetchOne({
        ...{ topicId: indexed.topicId, partition, offset },
        ...{ maxBytes: 1, isolation: 'read_committed' },
      });
      if (!record) throw new Error(`${topic}-${partition} at ${offset} is not there`);
      return { row, record, decoded: analyse(record, topic) };
    }),
  );
}

beforeAll(async () => {
  cluster = connectCluster(testCluster());
  [test, known] = await Promise.all([createTestDatabase(), produceDeadLetters(prefix)]);
  const topics = [...new Set(known.map((each) => each.deadLetterTopic))];
  await index(topics);
  for (const topic of topics) seen.set(topic, await look(topic));
});
afterAll(async () => {
  await withTestAdmin(async (admin) => {
    const topics = (await admin.listTopics()).filter((topic) => topic.includes(prefix));
    await admin.deleteTopics({ topics });
  });
  await cluster.close();
  await test.drop();
});

const placeOf = (topic: string | null, partition: number | null, offset: bigint | null) => ({
  topic,
  partition,
  offset: offset?.toString() ?? null,
});
const originOf = (row: DeadLetterRecordRow) =>
  placeOf(row.originTopic, row.originPartition, row.originOffset);
const textOf = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
const nowhere = placeOf(null, null, null);

/** The dead letter that is known of: by its value, and a pointer, which has none, by where it points to. */
function found(each: KnownDeadLetter): Seen {
  const all = (seen.get(each.deadLetterTopic) ?? []).filter(({ record, row }) =>
    row.pointer
      ? JSON.stringify(originOf(row)) === JSON.stringify(each.origin)
      : textOf(record.value) === each.value,
  );
  const [only] = all;
  if (!only || all.length > 1) throw new Error(`${all.length} dead letters for ${JSON.stringify(each)}`);
  return only;
}

type Expected = {
  convention: string;
  provenance: string;
  count: number;
  /** What the framework writes of the groups: that of the origin, that of the last failing consumer, or none. */
  origin?: (of: KnownDeadLetter) => object;
  read?: (of: KnownDeadLetter) => object;
  group: 'origin' | null;
  /** The class that was thrown is wrapped in this one. */
  wrapper?: string;
};
const unreadable = 'org.springframework.kafka.support.serializer.DeserializationException';
const listenerFailed = 'org.springframework.kafka.listener.ListenerExecutionFailedException';
const poison = /DeserializationException$|DataException$|IllegalArgumentException$/;
const binary = 'int64 big-endian, Spring Kafka';
const expectations: Record<string, Expected> = {
  "spring: a listener's exception": {
    ...{ convention: 'spring-kafka', provenance: binary, count: 6, group: 'origin' },
    wrapper: listenerFailed,
  },
  "spring: a listener's exception, twice": {
    ...{ convention: 'spring-kafka', provenance: `${binary}, first of 2 hops`, count: 6, group: 'origin' },
    wrapper: listenerFailed,
  },
  'spring: key or value does not deserialize': {
    ...{ convention: 'spring-kafka', provenance: binary, count: 3, group: 'origin' },
    wrapper: unreadable,
  },
  'spring: key or value does not deserialize, twice': {
    ...{ convention: 'spring-kafka', provenance: `${binary}, first of 2 hops`, count: 3, group: 'origin' },
    wrapper: unreadable,
  },
  'spring: retry topics': {
    ...{ convention: 'spring-retry-topic', provenance: 'int64 big-endian, Spring retry topics' },
    // It names the origin alone, not the retry topic that was read last.
    ...{ count: 6, group: 'origin', wrapper: listenerFailed, read: (of) => of.origin },
  },
  "connect: a sink's dead letter": {
    ...{ convention: 'kafka-connect', provenance: 'decimal text, Kafka Connect', count: 12, group: null },
  },
  'connect: of a dead letter': {
    ...{ convention: 'kafka-connect', provenance: 'decimal text, Kafka Connect, first of 2 hops' },
    ...{ count: 12, group: null },
  },
  "connect: of spring's dead letter": {
    ...{ convention: 'kafka-connect', provenance: `${binary}, first of 2 hops`, count: 9, group: 'origin' },
  },
  'streams: refused or unreadable': {
    ...{ convention: 'kafka-streams', provenance: 'decimal text, Kafka Streams', count: 8, group: null },
  },
  'streams: after a repartition': {
    convention: 'kafka-streams',
    provenance: 'not in the record: Kafka Streams names the repartition topic that it had read',
    ...{ count: 4, group: null, origin: () => nowhere },
  },
  'share group: a pointer': {
    ...{
      convention: 'share-group',
      provenance: 'decimal text, Kafka share group',
      count: 4,
      group: 'origin',
    },
  },
  'share group: a copy': {
    ...{
      convention: 'share-group',
      provenance: 'decimal text, Kafka share group',
      count: 4,
      group: 'origin',
    },
  },
};

describe('dead letters of real producers', () => {
  it.each(Object.entries(expectations))('%s', (kind, expected) => {
    const ofKind = known.filter((each) => each.kind === kind);
    expect(ofKind.length).toBe(expected.count);
    for (const each of ofKind) {
      const { row, decoded } = found(each);
      const origin = expected.origin?.(each) ?? each.origin;
      const read = expected.read?.(each) ?? each.read;
      const hop = decoded.lastHop;
      expect(originOf(row), each.value).toEqual(origin);
      expect(placeOf(row.hopTopic, row.hopPartition, row.hopOffset), each.value).toEqual(read);
      expect(hop && placeOf(hop.topic, hop.partition, hop.offset), each.value).toEqual(
        JSON.stringify(read) === JSON.stringify(origin) ? null : read,
      );
      expect(row, each.value).toMatchObject({
        convention: expected.convention,
        originProvenance: expected.provenance,
        originGroup: expected.group === null ? null : each.originGroup,
        attempts: each.attempts,
        pointer: kind === 'share group: a pointer',
      });
      expect(hop?.group ?? null).toBe(hop && expected.convention === 'spring-kafka' ? each.group : null);
      if (expected.convention === 'share-group') continue;
      expect(row, each.value).toMatchObject({
        exceptionClass: each.exceptionClass,
        exceptionMessage: each.exceptionMessage,
        keyText: each.key,
        verdict: poison.test(each.exceptionClass ?? '') ? 'poison' : 'unknown',
      });
      expect(decoded.exceptionChain[0]).toBe(expected.wrapper ?? each.exceptionClass);
    }
  });

  it('are all accounted for, each once', () => {
    expect(new Set(known.map(found)).size).toBe(known.length);
    expect([...seen.values()].flat().length).toBe(known.length);
    expect(Object.keys(expectations).sort()).toEqual([...new Set(known.map((each) => each.kind))].sort());
  });

  it('share groups say what the broker did, and copy key and value but no headers', () => {
    for (const each of known.filter(({ kind }) => kind.startsWith('share group'))) {
      const { row, record } = found(each);
      const rejected = each.value.includes('rejected');
      expect(row).toMatchObject({
        exceptionClass: null,
        exceptionMessage: rejected
          ? 'Offset rejected by client.'
          : 'Offset delivery count exceeded the threshold.',
        verdict: rejected ? 'poison' : 'unknown',
      });
      const copy = each.kind === 'share group: a copy';
      expect([textOf(record.key), textOf(record.value)]).toEqual(
        copy ? [each.key, each.value] : [null, null],
      );
      expect(record.headers.map(({ name }) => textOf(name))).not.toContain('trace-id');
    }
  });
});
