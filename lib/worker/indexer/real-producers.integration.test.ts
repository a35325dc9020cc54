import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seeExample } from '#fixtures/check-examples.ts';
import type { KnownDeadLetter } from '#fixtures/dead-letter-producers.ts';
import { declaredFlow } from '#fixtures/declared-flows.ts';
import {
  type IndexedDeadLetters,
  indexedDeadLetters,
  type SeenDeadLetter,
} from '#fixtures/indexed-dead-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { examineRecords } from '#lib/broker/sources/examine-records.ts';
import { deadLetterRecord } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import { checkFlows } from '#lib/usecases/checks/check-flows.ts';
import { listFlowChecks } from '#lib/usecases/checks/list-flow-checks.ts';
import { uncheckedFor } from '#lib/usecases/plan/contract-checks.ts';
import { effectQuestions } from '#lib/usecases/plan/effect-questions.ts';
import { freezeManifest, replayableFrom } from '#lib/usecases/plan/freeze-manifest.ts';
import { readDeadLetterRecord } from '#lib/usecases/read-dead-letter-record.ts';

const prefix = testPrefix();
let world: IndexedDeadLetters;
let payloads: PayloadReader;

beforeAll(async () => {
  world = await indexedDeadLetters(prefix);
  payloads = createPayloadReader([testCluster()], { log: console.log });
});
afterAll(async () => {
  await payloads.close();
  await world.close();
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
function found(each: KnownDeadLetter): SeenDeadLetter {
  const all = (world.seen.get(each.deadLetterTopic) ?? []).filter(({ record, row }) =>
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
    const ofKind = world.known.filter((each) => each.kind === kind);
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
    expect(new Set(world.known.map(found)).size).toBe(world.known.length);
    expect([...world.seen.values()].flat().length).toBe(world.known.length);
    expect(Object.keys(expectations).sort()).toEqual(
      [...new Set(world.known.map((each) => each.kind))].sort(),
    );
  });

  it('dead-letter topics of share groups are found by what the groups are configured with', async () => {
    for (const name of ['pointing', 'copying'])
      expect((await world.topic(`dlq.${prefix}share.${name}`)).foundBy).toEqual([
        { by: 'share_group', name: `${prefix}share.${name}` },
      ]);
  });

  it('share groups say what the broker did, and copy key and value but no headers', () => {
    for (const each of world.known.filter(({ kind }) => kind.startsWith('share group'))) {
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

describe('pointers of a real share group', () => {
  const source = `${prefix}share.orders`;
  const letters = `dlq.${prefix}share.pointing`;
  const who = (role: 'viewer' | 'responder', flow: string): Principal => ({
    ...{ userId: role, name: role, via: 'session' },
    grants: [{ role, cluster: '*', flow }],
  });
  const flow = (name: string, more: Partial<Record<keyof Flow, unknown>>) =>
    ({
      ...{ name, cluster: 'main', topic: name, retryTopics: [], quarantine: null, mask: [] },
      ...{ boundary: { contract: null }, ...more },
    }) as unknown as Flow;
  const shop = flow('shop', { topic: source, deadLetters: null, mask: ['header:Trace-Id'] });
  const pointers = () => world.known.filter((each) => each.kind === 'share group: a pointer');
  const pointerAt = (partition: number): KnownDeadLetter => {
    const each = pointers().find(({ origin }) => origin.partition === partition);
    if (!each) throw new Error(`No pointer into partition ${partition}`);
    return each;
  };
  const read = async (each: KnownDeadLetter, as = who('responder', '*'), flows: Flow[] = []) => {
    const { partition, offset } = found(each).row;
    const deps = {
      ...{ database: world.test.database, payloads, clock: () => new Date() },
      config: { flows, clusters: [testCluster()], deadLetters: { discover: [], topics: [] }, file: null },
    };
    const shown = await readDeadLetterRecord(deps, as, {
      cluster: 'main',
      topic: letters,
      partition,
      offset,
    });
    return deadLetterRecord.parse(shown);
  };
  const dispositions = async () =>
    (await world.rows(letters)).map((row) => `${row.hopPartition} ${row.disposition}`).sort();

  it('are shown with key, value and headers of the record that they mean', async () => {
    for (const each of pointers()) {
      const shown = await read(each);
      expect(shown).toMatchObject({
        ...{ rehydrated: true, disposition: 'open', pointer: true },
        key: { data: each.key, encoding: 'text' },
        value: { data: each.value, encoding: 'text' },
        source: {
          ...{ ...each.origin, state: 'read', logStart: '0' },
          provenance: 'fetched from the source offset',
          contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          headers: [{ name: 'trace-id', decoded: `trace of ${each.value}`, masked: false }],
        },
      });
      expect(shown.contentHash).not.toBe(shown.source?.contentHash);
      expect(shown.headers.map(({ name }) => name)).toContain('__dlq.errors.offset');
    }
  });

  it('are masked as the source is, audited, and only for those who may see payloads there', async () => {
    const each = pointerAt(1);
    const audited = () =>
      world.test.database.stores.audit.list(
        { action: 'dead_letters.read_payload' },
        { limit: 100, before: null },
      );
    const before = (await audited()).length;
    const masked = await read(each, who('responder', '*'), [shop]);
    expect(masked.source?.headers).toMatchObject([{ name: 'trace-id', masked: true, decoded: null }]);
    const [event, ...earlier] = await audited();
    expect(earlier.length).toBe(before);
    expect(event?.detail).toMatchObject({ source: each.origin });
    const flows = [shop, flow('letters', { deadLetters: letters })];
    const topic = await world.topic(letters);
    await world.test.database.transact((stores) =>
      stores.deadLetterIndex.noteTopics(
        { name: 'main', clusterId: topic.clusterId },
        [{ ...topic, cleanupPolicy: null, flow: 'letters' }],
        new Date(),
        [topic.topicId],
      ),
    );
    const stranger = await read(each, who('responder', 'letters'), flows);
    expect(stranger).toMatchObject({ rehydrated: false, source: { state: 'denied', headers: [] } });
    expect(stranger.source?.detail).toContain('belongs to shop');
    expect(JSON.stringify(stranger)).not.toContain(JSON.stringify(each.value).slice(1, -1));
    expect(await read(each, who('viewer', '*'), flows)).toMatchObject({
      ...{ payloadDenied: true, source: null, rehydrated: false, key: null, value: null },
    });
  });

  it('are found to outlive their source, where that keeps its records for less time', async () => {
    const pointing = declaredFlow('pointing', {
      ...{ topic: topicName(source), retryTopics: [], deadLetters: topicName(letters), quarantine: null },
    });
    const deps = {
      ...{ cluster: world.cluster, database: world.test.database, registry: null, payloads },
      ...{ config: { flows: [pointing], file: null }, clock: () => new Date() },
    };
    const findings = async (sourceRetentionMs: string) => {
      const kept = { name: 'retention.ms', value: sourceRetentionMs };
      await withTestAdmin((admin) =>
        admin.alterConfigs({
          ...{ validateOnly: false, resources: [{ type: 2, name: source, configEntries: [kept] }] },
        }),
      );
      await expect
        .poll(
          async () => (await world.cluster.admin.topicConfigs([source])).get(source)?.get('retention.ms'),
          {
            timeout: 60_000,
          },
        )
        .toBe(kept.value);
      await checkFlows(deps, new Map());
      return (await listFlowChecks(deps, who('viewer', '*'), pointing.name)).findings;
    };
    const shorter = /^4 of 4 dead letters looked at carry no payload .* keeps its records shorter/;
    seeExample(await findings('86400000'), 'source_kept_too_short', 'fails', source, shorter);
    seeExample(await findings('-1'), 'source_kept_too_short', 'passes', source, /at least as long/);
  });

  it('are never sent on', async () => {
    const topic = await world.topic(letters);
    const replay = {
      ...{ id: 'rp-none', clusterId: topic.clusterId, destination: { kind: 'origin' } },
      source: { topicId: topic.topicId, topic: letters, selection: {} },
      bounds: { maxRecords: 100, maxBytes: 1_000_000 },
    } as unknown as Replay;
    const { database } = world.test;
    const frozen = await database.planStagings.stage((staging) =>
      freezeManifest(
        replayableFrom(database.stores, staging, replay),
        (request) => examineRecords(world.cluster.reader, request),
        {
          replay,
          ...{
            destinationPartitions: 2,
            maxMessageBytes: 1_000_000,
            maxAttempts: 3,
            keySpecs: [],
            originTopics: null,
          },
          effects: effectQuestions(new Map(), null, 'retry'),
          ...{ contract: uncheckedFor('Nobody asks.'), diversion: null },
        },
        { take: staging.add, settle: staging.settle },
      ),
    );
    expect(frozen).toMatchObject({ taken: 0, leftOutReasons: { pointer: 4 } });
  });

  it('are unrecoverable once the source has expired, on the page and in the index', async () => {
    const [lost, kept] = [pointerAt(0), pointerAt(1)];
    const logStart = String(BigInt(lost.origin.offset) + 1n);
    await withTestAdmin(async (admin) => {
      await admin.fetchTopicOffsets(source); // or kafkajs does not know its leaders
      await admin.deleteTopicRecords({ topic: source, partitions: [{ partition: 0, offset: logStart }] });
    });
    expect(await read(lost)).toMatchObject({
      ...{ rehydrated: false, disposition: 'unrecoverable' },
      source: {
        ...{ ...lost.origin, state: 'unrecoverable', logStart },
        detail: `The source has expired: the log of ${source}-0 starts at ${logStart}, and the record was at ${lost.origin.offset}.`,
      },
    });
    expect((await read(kept)).rehydrated).toBe(true);
    await world.index([letters], async () =>
      expect(await dispositions()).toEqual(['0 open', '0 unrecoverable', '1 open', '1 open']),
    );
  });

  it('never take the record of a topic created anew for theirs', async () => {
    const each = pointerAt(1);
    await withTestAdmin((admin) => admin.deleteTopics({ topics: [source] }));
    await vi.waitFor(async () => expect(await world.cluster.admin.describeTopics([source])).toEqual([]), {
      timeout: 60_000,
    });
    expect(await read(each)).toMatchObject({
      ...{ rehydrated: false, disposition: 'unrecoverable' },
      source: { state: 'unrecoverable', detail: `The source topic ${source} was deleted.` },
    });
    const all = ['0 unrecoverable', '0 unrecoverable', '1 unrecoverable', '1 unrecoverable'];
    await world.index([letters], async () => expect(await dispositions()).toEqual(all));
    await createTopics([{ topic: source, partitions: 2 }]);
    const producer = testProducer();
    await producer.connect();
    const another = Array.from({ length: 10 }, () => ({ partition: 1, value: 'another one' }));
    await producer.send({ topic: source, messages: another });
    await producer.disconnect();
    const shown = await read(each);
    expect(shown).toMatchObject({ rehydrated: false, disposition: 'unrecoverable' });
    expect(shown.source?.detail).toContain('after this dead letter was written');
    expect(JSON.stringify(shown)).not.toContain('another one');
  });
});
