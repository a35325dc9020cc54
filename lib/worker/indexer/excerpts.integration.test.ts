import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { listDeadLetterRecords } from '#lib/usecases/list-dead-letter-records.ts';
import { readDeadLetterTopic } from '#lib/usecases/list-dead-letter-topics.ts';
import { runIndexer } from './run-indexer.ts';

const topic = `${testPrefix()}orders.dlq`;
const at = { cluster: 'main', topic };
const card = '4111111111111111';
const flowWith = (more: Partial<Flow>) =>
  ({
    ...{ name: 'payments', cluster: 'main', deadLetters: topic, quarantine: null, mask: ['/card/number'] },
    ...{ objectives: { expiryLeadMs: null }, boundary: { contract: null } },
    ...more,
  }) as unknown as Flow;
const allowed = flowWith({ excerpt: { bytes: 60 } });
const configOf = (flow: Flow) => ({ ...lettersConfig([flow]), clusters: [testCluster()] });

let test: TestDatabase;
let cluster: ClusterConnection;
const deps = (flow: Flow) => ({ database: test.database, config: configOf(flow), clock: () => new Date() });
const send = async (values: (string | Buffer | null)[]) => {
  const producer = testProducer();
  await producer.connect();
  const headers = {
    'kafka_dlt-exception-message': `card ${card} declined`,
    'kafka_dlt-original-topic': 'orders',
  };
  await producer.send({ topic, messages: values.map((value) => ({ partition: 0, value, headers })) });
  await producer.disconnect();
};
const indexing = async (flow: Flow, until: () => Promise<void>) => {
  const stop = new AbortController();
  const running = runIndexer(
    { ...deps(flow), cluster, log: () => undefined, timings: { discoverMs: 100, pollMs: 50 } },
    { signal: stop.signal },
  );
  await vi.waitFor(until, { timeout: 90_000, interval: 50 }).finally(async () => {
    stop.abort();
    await running;
  });
};
const indexed = (total: number) => async () =>
  expect((await readDeadLetterTopic(deps(allowed), someone('viewer'), at)).total).toBe(total);
const stored = async () => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  const { rows } = await client
    .query<{ n: number }>('SELECT count(*)::int AS n FROM dead_letter_excerpt')
    .finally(() => client.end());
  return rows[0]?.n;
};
const list = (flow: Flow, who = someone('responder', 'ana'), excerpts = true) =>
  listDeadLetterRecords(deps(flow), who, at, {}, { limit: 100, after: null, excerpts });

beforeAll(async () => {
  await createTopics([{ topic, partitions: 1 }]);
  test = await createTestDatabase();
  cluster = connectCluster(testCluster());
  await send([`{"card":{"number":"${card}"},"note":"${'n'.repeat(80)}"}`, `card=${card}`, null]);
  await indexing(allowed, indexed(3));
});
afterAll(async () => {
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await cluster.close();
  await test.drop();
});

describe('excerpts', () => {
  it('are kept masked where masks can be applied, and listed for who may see payloads, audited', async () => {
    const { items } = await list(allowed);
    expect(items.toReversed().map((row) => row.excerpt)).toEqual([
      { form: 'json', truncated: true, text: `{"card":{"number":"[masked]"},"note":"${'n'.repeat(22)}` },
      null,
      null,
    ]);
    expect(items.at(-1)?.exceptionMessage).toBe('card [masked] declined');
    const [line] = await test.database.stores.audit.list({ actor: 'ana' }, { limit: 1, before: null });
    expect(line).toMatchObject({
      action: 'dead_letters.read_payload',
      detail: { excerpts: 1, newest: '0:0' },
    });
    await expect(list(allowed, someone('viewer'))).rejects.toMatchObject({ code: 'forbidden' });
    const plain = await list(allowed, someone('viewer'), false);
    expect(plain.items.map((row) => row.excerpt)).toEqual([null, null, null]);
  });

  it('are not shown once masks or the setting are others, even before they are removed', async () => {
    for (const other of [flowWith({ excerpt: { bytes: 60 }, mask: ['/note'] }), flowWith({})])
      expect((await list(other)).items.every((row) => row.excerpt === null)).toBe(true);
    expect(await stored()).toBe(1);
  });

  it('go with the record that retention takes', async () => {
    await send(['{"kept":1}', '{"kept":2}']);
    await indexing(allowed, indexed(5));
    expect(await stored()).toBe(3);
    await withTestAdmin(async (admin) => {
      await admin.fetchTopicOffsets(topic); // It has to know the leader.
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
    });
    await indexing(allowed, async () => expect(await stored()).toBe(1));
  });

  it('go when the setting does, and nothing is kept of what comes after', async () => {
    await send(['{"after":1}']);
    await indexing(flowWith({}), async () => {
      await indexed(2)();
      expect(await stored()).toBe(0);
    });
    expect((await list(allowed)).items.every((row) => row.excerpt === null)).toBe(true);
  });
});
