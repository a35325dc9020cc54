import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testBrokers, testKafka, testPrefix } from '#fixtures/kafka.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { ClusterConfig, Config } from '#lib/config/config.ts';
import { deadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { deadLetterRecord, deadLetterRow, failureGroup } from '#lib/contract/dead-letters.ts';
import type { Principal, Role } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { createClock } from '#lib/worker/clock/run-clock.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';
import { listDeadLetterRecords } from './list-dead-letter-records.ts';
import { listDeadLetterTopics, readDeadLetterTopic } from './list-dead-letter-topics.ts';
import { listFailureGroups } from './list-failure-groups.ts';
import { readDeadLetterRecord } from './read-dead-letter-record.ts';
import { suggestFilter } from './suggest-filter.ts';

const prefix = testPrefix();
const topic = `${prefix}orders.dlq`;
const quarantine = `${topic}.quarantine`;
const admin = testKafka().admin();
const clusterConfig: ClusterConfig = {
  name: 'main',
  bootstrapServers: testBrokers(),
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: false,
};
const flow = {
  name: 'payments',
  cluster: 'main',
  deadLetters: topic,
  quarantine: null,
  objectives: { expiryLeadMs: null },
  boundary: { contract: null },
  mask: ['/card/number', 'header:Authorization'],
} as unknown as Flow;
const config: Pick<Config, 'clusters' | 'flows' | 'deadLetters' | 'file'> = {
  file: null,
  clusters: [clusterConfig],
  flows: [flow],
  deadLetters: { discover: [], topics: [] },
};
const who = (role: Role): Principal => ({
  userId: role,
  name: role,
  grants: [{ role, cluster: '*', flow: '*' }],
  via: 'session',
});
const stranger: Principal = {
  userId: 'x',
  name: 'x',
  grants: [{ role: 'viewer', cluster: 'main', flow: 'other' }],
  via: 'session',
};
const card = '4111111111111111';
const at = { cluster: 'main', topic };

let cluster: ClusterConnection;
let test: TestDatabase;
let payloads: PayloadReader;
const deps = () => ({ database: test.database, config, clock: () => new Date(), payloads });
const page = { limit: 100, after: null };

const connectHeaders = (offset: number, message: string) => ({
  '__connect.errors.topic': 'orders',
  '__connect.errors.partition': '0',
  '__connect.errors.offset': String(offset),
  '__connect.errors.exception.class.name': 'com.shop.CardDeclined',
  '__connect.errors.exception.message': message,
  '__connect.errors.exception.stacktrace': `com.shop.CardDeclined: ${message}\n\tat com.shop.Pay.charge(Pay.java:12)\n`,
  authorization: 'Bearer abcdef',
});

beforeAll(async () => {
  await createTopics([{ topic, configs: { 'retention.ms': '3600000' } }, { topic: quarantine }]);
  test = await createTestDatabase();
  cluster = connectCluster(clusterConfig);
  payloads = createPayloadReader([clusterConfig], { log: () => undefined });
  const producer = testKafka().producer({ idempotent: true, maxInFlightRequests: 1 });
  await Promise.all([producer.connect(), admin.connect()]);
  await producer.send({
    topic,
    messages: [
      ...[0, 1, 2].map((n) => ({
        key: `order-${n}`,
        value: `{"orderId":12345678901234567890, "card":{"number":"${card}"}}`,
        headers: connectHeaders(n, `card ${card} of order ${n} declined`),
      })),
      { key: null, value: 'card=4111', headers: connectHeaders(3, 'Read timed out') },
    ],
  });
  await producer.disconnect();
  const stop = new AbortController();
  const indexing = runIndexer(
    { cluster, database: test.database, config, clock: () => new Date(), log: () => undefined },
    { signal: stop.signal },
  );
  await vi.waitFor(
    async () => {
      const { items } = await listDeadLetterTopics(deps(), who('viewer'), page);
      expect(items.find((item) => item.topic === topic)?.total).toBe(4);
    },
    { timeout: 90_000, interval: 50 },
  );
  stop.abort();
  await indexing;
  await createClock({ cluster, database: test.database, clock: () => new Date(), log: () => undefined })();
});
afterAll(async () => {
  await payloads.close();
  await admin.deleteTopics({ topics: [topic, quarantine] });
  await Promise.all([admin.disconnect(), cluster.close()]);
  await test.drop();
});

const audited = async () =>
  (
    await test.database.stores.audit.list(
      { action: 'dead_letters.read_payload' },
      { limit: 100, before: null },
    )
  ).length;

describe('topics', () => {
  it('are listed with counts, age, clock and the state of the index', async () => {
    const { items, next } = await listDeadLetterTopics(deps(), who('viewer'), page);
    for (const item of items) deadLetterTopic.parse(item);
    expect(next).toBeNull();
    expect(
      items.map(({ topic: name, kind, flow: of, open, total }) => [name, kind, of, open, total]),
    ).toEqual([
      [topic, 'dead_letter', 'payments', 4, 4],
      [quarantine, 'quarantine', 'payments', 0, 0],
    ]);
    expect(items[0]).toMatchObject({
      conventions: ['kafka-connect'],
      failureGroups: 2,
      lineages: 4,
      keys: 3,
      arrivals: { m5: 4, d1: 4 },
      index: { caughtUp: true, behindRecords: 0 },
    });
    expect(items[0]?.expiresFirstMs).toBeGreaterThan(3_000_000);
    expect(items[0]).toMatchObject({
      expires: { by: 'time', sure: 'earliest', partition: 0, offset: '0', retentionMs: 3_600_000 },
      expiryUnknown: [],
      expiryLeadMs: 900_000,
    });
    expect(items[1]).toMatchObject({ oldestAt: null, expiresFirstMs: null, expires: null });
  });

  it('that the index has not looked at for a while are not called caught up', async () => {
    const later = { ...deps(), clock: () => new Date(Date.now() + 120_000) };
    const view = await readDeadLetterTopic(later, who('viewer'), at);
    expect(view.index).toEqual({ caughtUp: false, behindRecords: null });
  });

  it('are paged, refused to strangers and unknown by other names', async () => {
    const first = await listDeadLetterTopics(deps(), who('viewer'), { limit: 1, after: null });
    expect(first.items.map((item) => item.topic)).toEqual([topic]);
    const second = await listDeadLetterTopics(deps(), who('viewer'), { limit: 1, after: first.next });
    expect([second.items.map((item) => item.topic), second.next]).toEqual([[quarantine], null]);
    expect((await listDeadLetterTopics(deps(), stranger, page)).items).toEqual([]);
    await expect(readDeadLetterTopic(deps(), stranger, at)).rejects.toMatchObject({ code: 'forbidden' });
    for (const wrong of [
      { cluster: 'main', topic: 'orders' },
      { cluster: 'nowhere', topic },
    ])
      await expect(readDeadLetterTopic(deps(), who('viewer'), wrong)).rejects.toMatchObject({
        code: 'not_found',
      });
  });
});

describe('failure groups', () => {
  it('are few, with verdict, histogram and a sample, most open first', async () => {
    const { items } = await listFailureGroups(deps(), who('viewer'), at, {}, page);
    for (const item of items) failureGroup.parse(item);
    expect(items.map(({ title, verdict, open, count, keys }) => [title, verdict, open, count, keys])).toEqual(
      [
        ['CardDeclined: card [masked] of order <n> declined', 'poison', 3, 3, 3],
        ['CardDeclined: Read timed out', 'ambiguous_effect', 1, 1, 0],
      ],
    );
    for (const item of items) {
      expect(item.histogram.length).toBeLessThanOrEqual(60);
      expect(item.histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(item.count);
    }
    expect(items[0]).toMatchObject({
      topFrame: 'com.shop.Pay.charge',
      originTopic: 'orders',
      sample: { partition: 0, offset: '2' },
    });
  });

  it('are paged without loss, and filtered by disposition and time', async () => {
    const first = await listFailureGroups(deps(), who('viewer'), at, {}, { limit: 1, after: null });
    const second = await listFailureGroups(deps(), who('viewer'), at, {}, { limit: 1, after: first.next });
    expect([first, second].flatMap(({ items }) => items.map((item) => item.count))).toEqual([3, 1]);
    expect(second.next).toBeNull();
    expect(
      (await listFailureGroups(deps(), who('viewer'), at, { disposition: 'dismissed' }, page)).items,
    ).toEqual([]);
    expect((await listFailureGroups(deps(), who('viewer'), at, { to: new Date(0) }, page)).items).toEqual([]);
  });
});

describe('records', () => {
  const list = (who_: Principal, filter: Parameters<typeof listDeadLetterRecords>[3] = {}, limit = 100) =>
    listDeadLetterRecords(deps(), who_, at, filter, { limit, after: null });

  it('come newest first, in pages, each once', async () => {
    const seen: string[] = [];
    let after: Awaited<ReturnType<typeof list>>['next'] = null;
    do {
      const { items, next } = await listDeadLetterRecords(
        deps(),
        who('responder'),
        at,
        {},
        { limit: 3, after },
      );
      for (const item of items) seen.push(deadLetterRow.parse(item).offset);
      after = next;
    } while (after);
    expect(seen).toEqual(['3', '2', '1', '0']);
  });

  it('show and search keys only with the payload permission, and no masked value ever', async () => {
    expect((await list(who('responder'), { q: 'order-1' })).items.map((item) => item.keyText)).toEqual([
      'order-1',
    ]);
    const viewed = (await list(who('viewer'))).items;
    expect(viewed.map((item) => item.keyText)).toEqual([null, null, null, null]);
    expect((await list(who('viewer'), { q: 'order-1' })).items).toEqual([]);
    expect(JSON.stringify(viewed)).not.toContain(card);
    expect((await list(who('responder'), { q: '%' })).items).toEqual([]);
  });

  it('are filtered by failure group and disposition', async () => {
    const groups = (await listFailureGroups(deps(), who('viewer'), at, {}, page)).items;
    const ofSecond = await list(who('viewer'), { fingerprint: groups[1]?.fingerprint });
    expect(ofSecond.items.map((item) => item.offset)).toEqual(['3']);
    expect((await list(who('viewer'), { disposition: 'replayed' })).items).toEqual([]);
  });

  it('are found by an expression over columns and headers, as the failure groups are', async () => {
    const offsets = async (filter: string, role: Role = 'responder') =>
      (await list(who(role), { filter })).items.map((item) => item.offset);
    expect(await offsets('origin.offset >= 1 && exceptionClass.endsWith("CardDeclined")')).toEqual([
      '3',
      '2',
      '1',
    ]);
    expect(await offsets('key == "order-1" || exceptionMessage.contains("timed out")')).toEqual(['3', '1']);
    // A masked header is known to be there, and nothing else of it is; a card number that stood in a message is not found.
    expect(await offsets('has(headers["authorization"]) && at > now - duration("1h")')).toHaveLength(4);
    expect(await offsets('headers["authorization"].contains("Bearer")')).toEqual([]);
    expect(await offsets(`exceptionMessage.contains("${card}")`)).toEqual([]);
    await expect(offsets('key == "order-1"', 'viewer')).rejects.toMatchObject({
      code: 'forbidden',
      fields: { field: 'key' },
    });
    const suggested = async (text: string) => {
      const answer = await suggestFilter(deps(), who('viewer'), at, { text, at: text.length });
      return answer.items.map((item) => item.text);
    };
    expect(await suggested('exceptionClass == "card')).toEqual(['"com.shop.CardDeclined"']);
    expect(await suggested('has(headers["')).toEqual(['"authorization"]']);
    expect(await suggested('origin.topic == ')).toEqual(['"orders"', 'null']);
    expect(await suggested('headers["authorization"] == "')).toEqual([]);
    const filter = 'origin.offset in [1, 2, 3]';
    const groups = await listFailureGroups(deps(), who('viewer'), at, { filter }, page);
    expect(groups.items.map((item) => item.count)).toEqual([2, 1]);
    expect(groups.items[0]?.histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(2);
    await expect(
      listFailureGroups(deps(), who('viewer'), at, { filter: 'origin.offset in 1' }, page),
    ).rejects.toMatchObject({ code: 'bad_request', fields: { filter: { at: 17, end: 18 } } });
  });
});

describe('one record', () => {
  const read = (principal: Principal, offset: bigint) =>
    readDeadLetterRecord(deps(), principal, { ...at, partition: 0, offset });

  it('is shown masked, big integers unharmed, and the reading is audited first', async () => {
    const before = await audited();
    const shown = deadLetterRecord.parse(await read(who('responder'), 1n));
    expect(await audited()).toBe(before + 1);
    expect(shown.value).toMatchObject({
      encoding: 'json',
      data: '{"orderId":12345678901234567890, "card":{"number":"[masked]"}}',
      masked: ['/card/number'],
    });
    expect(shown).toMatchObject({
      key: { encoding: 'text', data: 'order-1' },
      payloadDenied: false,
      contract: { state: 'unknown', why: 'The flow payments declares no contract.' },
      exceptionMessage: 'card [masked] of order 1 declined',
      topFrame: 'com.shop.Pay.charge',
      origin: { topic: 'orders', partition: 0, offset: '1', provenance: 'decimal text, Kafka Connect' },
      lastHop: null,
      lineageRoot: 'orders-0-1',
      flow: 'payments',
      rehydrated: null,
      source: null,
      sameKey: { later: [], earlier: [], count: 1 },
    });
    expect(shown.headers.find((header) => header.name === 'authorization')).toMatchObject({
      masked: true,
      base64: null,
    });
    expect(JSON.stringify(shown)).not.toContain(card);
  });

  it('keeps key and value from those without the permission, and audits nothing', async () => {
    const before = await audited();
    const shown = deadLetterRecord.parse(await read(who('viewer'), 1n));
    expect(shown).toMatchObject({
      key: null,
      value: null,
      payloadDenied: true,
      sameKey: null,
      contract: null,
      keyText: null,
      exceptionClass: 'com.shop.CardDeclined',
    });
    expect(shown.headers.length).toBe(7);
    expect(await audited()).toBe(before);
  });

  it('withholds a payload that should be masked and can not be', async () => {
    expect((await read(who('responder'), 3n)).value).toMatchObject({ data: null, masked: ['/card/number'] });
  });

  it('is not found, or gone, and says which', async () => {
    for (const offset of [99n, 2n ** 70n, -1n])
      await expect(read(who('responder'), offset)).rejects.toMatchObject({ code: 'not_found' });
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] });
    await expect(read(who('responder'), 0n)).rejects.toMatchObject({ code: 'record_gone' });
  });

  it('shows nothing when the audit log can not be written', async () => {
    const readPayload = vi.fn(async () => null);
    const broken = {
      ...deps(),
      database: { ...test.database, transact: () => Promise.reject(new Error('no')) },
      payloads: { ...payloads, read: readPayload },
    };
    await expect(
      readDeadLetterRecord(broken, who('responder'), { ...at, partition: 0, offset: 2n }),
    ).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(readPayload).not.toHaveBeenCalled();
  });
});
