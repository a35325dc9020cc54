import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { recordComparison } from '#lib/contract/compare-record.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';
import { compareRecord } from './compare-record.ts';
import { readDeadLetterTopic } from './list-dead-letter-topics.ts';

const prefix = testPrefix();
const [source, topic] = [`${prefix}orders`, `${prefix}orders.dlq`];
const flow = {
  ...{ name: 'payments', cluster: 'main', topic: source, deadLetters: topic, quarantine: null },
  ...{ retryTopics: [], groups: [{ id: 'payments-service' }], mask: ['/card'] },
  ...{ objectives: { expiryLeadMs: null }, boundary: { contract: null } },
} as unknown as Flow;
const config = { ...lettersConfig([flow]), clusters: [testCluster()] };
let test: TestDatabase;
let cluster: ClusterConnection;
let payloads: PayloadReader;

const deps = () => ({
  ...{ database: test.database, config: { ...config, file: null }, clock: () => new Date(), payloads },
});
/** What the collector's last round said of how far the group has come. */
const committedAt = (committed: bigint | null) =>
  test.database.stores.lag.saveGroups(
    'main',
    [
      storedGroup({
        groupId: 'payments-service',
        partitions: [partitionReading({ topic: source, partition: 0, committed })],
      }),
    ],
    new Date(),
  );
async function compared(offset: bigint, committed: bigint | null = 5n, who = someone('responder', 'ana')) {
  await committedAt(committed);
  const of = { cluster: 'main', topic, partition: 0, offset };
  return recordComparison.parse(await compareRecord(deps(), who, of));
}

beforeAll(async () => {
  await createTopics([{ topic: source }, { topic }]);
  test = await createTestDatabase();
  cluster = connectCluster(testCluster());
  payloads = createPayloadReader([testCluster()], { log: () => undefined });
  const producer = testProducer();
  await producer.connect();
  const order = (n: number) => JSON.stringify({ id: n, amount: n === 2 ? 'nine' : 9, card: `4111-${n}` });
  const message = (n: number) => ({ key: 'k', value: order(n), headers: { tenant: n === 2 ? 'x' : 'acme' } });
  await producer.send({ topic: source, messages: [0, 1, 2, 3, 4].map(message) });
  await producer.send({
    topic,
    messages: [2, 3].map((n) => ({
      ...message(n),
      headers: {
        ...message(n).headers,
        '__connect.errors.topic': source,
        '__connect.errors.partition': '0',
        '__connect.errors.offset': String(n),
        '__connect.errors.exception.class.name': 'com.shop.Bad',
      },
    })),
  });
  await producer.disconnect();
  const stop = new AbortController();
  const indexing = runIndexer(
    { cluster, database: test.database, config, clock: () => new Date(), log: () => undefined },
    { signal: stop.signal },
  );
  await vi.waitFor(
    async () =>
      expect((await readDeadLetterTopic(deps(), someone('viewer'), { cluster: 'main', topic })).total).toBe(
        2,
      ),
    { timeout: 30_000, interval: 50 },
  );
  stop.abort();
  await indexing;
});
afterAll(async () => {
  await payloads.close();
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [source, topic] }));
  await cluster.close();
  await test.drop();
});

describe('a dead letter beside one that was consumed past', () => {
  it('differs in the field and the header that are wrong; what is masked and what the failure wrote are left out', async () => {
    const found = await compared(0n);
    expect(found).toMatchObject({
      ...{ state: 'found', group: 'payments-service' },
      other: { topic: source, partition: 0, offset: '1', sameKey: true },
      fields: {
        differing: [
          { name: '/id', failing: '2', other: '1' },
          { name: '/amount', failing: '"nine"', other: '9' },
        ],
        ...{ same: 0, masked: 1, more: false },
      },
      headers: { differing: [{ name: 'tenant', failing: 'x', other: 'acme' }], same: 0, masked: 0 },
    });
    expect(JSON.stringify(found)).not.toContain('4111');
    const [line] = await test.database.stores.audit.list(
      { action: 'dead_letters.read_payload' },
      { limit: 1, before: null },
    );
    expect(line?.detail).toMatchObject({ beside: { topic: source, partition: 0, offset: '2' } });
  });

  it('is never beside one that failed too, or that the group has not come to', async () => {
    // Of 3 the nearest is 2, which failed; 4 has not been read by the group; so it is 1.
    expect((await compared(1n, 4n)).other?.offset).toBe('1');
    expect((await compared(1n, 5n)).other?.offset).toBe('4');
    expect((await compared(1n, 0n)).state).toBe('none');
    expect(await compared(1n, null)).toMatchObject({ state: 'unknown', other: null, fields: null });
  });

  it('takes the payload permission, also for the source', async () => {
    await expect(compared(0n, 5n, someone('viewer'))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
