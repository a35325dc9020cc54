import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import { fingerprintOf } from '#lib/domain/dead-letters/fingerprint.ts';
import { groupingRules } from '#lib/domain/dead-letters/grouping-rules.ts';
import { noMasks } from '#lib/domain/dead-letters/masks.ts';
import { readDeadLetterTopic } from '#lib/usecases/list-dead-letter-topics.ts';
import { runIndexer } from './run-indexer.ts';

const topic = `${testPrefix()}home-made.dlq`;
const cluster = connectCluster(testCluster());
let test: TestDatabase;
let anew: TestDatabase;
let sql: pg.Client;
let anewSql: pg.Client;

const before: DeclaredMapping = { message: { header: 'x-err', as: 'text' } };
const after: DeclaredMapping = {
  message: { header: 'x-err', as: 'text' },
  originTopic: { header: 'x-src', as: 'text' },
  exceptionClass: { header: 'x-class', as: 'text' },
};
const trimmed = 10n;

beforeAll(async () => {
  [test, anew] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  sql = new pg.Client({ connectionString: test.ownerUrl });
  anewSql = new pg.Client({ connectionString: anew.ownerUrl });
  await Promise.all([sql.connect(), anewSql.connect(), createTopics([{ topic, partitions: 2 }])]);
});
afterAll(async () => {
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await Promise.all([sql.end(), anewSql.end(), cluster.close()]);
  await Promise.all([test.drop(), anew.drop()]);
});

const configOf = (mapping: DeclaredMapping) => ({
  ...lettersConfig(),
  deadLetters: { discover: [], topics: [{ cluster: 'main', topic, mapping }] },
});
type Row = { partition: number; offset: string; fingerprint: string };
const rowsOf = async (client: pg.Client): Promise<Row[]> =>
  (await client.query<Row>('SELECT * FROM dead_letter ORDER BY partition, "offset"')).rows;
const rulesOf = async (client: pg.Client) =>
  (await client.query('SELECT rules, target FROM dead_letter_grouping')).rows;

/** Runs the indexer with this mapping until every record is indexed and grouped by it. */
async function index(of: TestDatabase, client: pg.Client, mapping: DeclaredMapping, rows: number) {
  const stop = new AbortController();
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const running = runIndexer(
    {
      ...{ cluster, database: of.database, config: configOf(mapping), clock: () => new Date(), log },
      timings: { pollMs: 50, discoverMs: 300 },
    },
    { signal: stop.signal },
  );
  try {
    await expect
      .poll(async () => [(await rowsOf(client)).length, await rulesOf(client), ...logged], {
        timeout: 90_000,
        interval: 50,
      })
      .toEqual([rows, [{ rules: groupingRules({ mapping, masks: noMasks }), target: null }]]);
  } finally {
    stop.abort();
    await running;
  }
}

it('what was indexed by another mapping stands as if indexed anew; what is gone stands by what the index has, and what was held follows', async () => {
  const producer = testProducer();
  await producer.connect();
  const home = (n: number, name: string) => ({
    partition: n % 2,
    key: `k${n}`,
    value: '{"n":1}',
    headers: { 'x-err': `order ${n} was refused`, 'x-src': 'orders', 'x-class': name },
  });
  const spring = (n: number) => ({
    ...{ partition: n % 2, key: `k${n}`, value: 'v' },
    headers: {
      'kafka_dlt-original-topic': 'orders',
      'kafka_dlt-exception-message': `Read timed out after ${n} ms`,
    },
  });
  await producer.send({
    topic,
    messages: Array.from({ length: 40 }, (_, n) =>
      n % 8 < 2 ? spring(n) : home(n, n < 30 ? 'a.Refused' : 'a.Late'),
    ),
  });
  await producer.disconnect();
  await index(test, sql, before, 40);

  // Of partition 0 the first are gone; an older version of the rules had a Spring failure stand elsewhere.
  await withTestAdmin(async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(trimmed) }] });
  });
  const old = 'f-old';
  const springs = `convention = 'spring-kafka'`;
  const { rows: was } = await sql.query(`SELECT fingerprint FROM dead_letter WHERE ${springs} LIMIT 1`);
  const message = 'Read timed out after some time';
  const parts = {
    convention: 'spring-kafka',
    originTopic: 'orders',
    exceptionClass: null,
    topFrame: null,
  } as const;
  const oldPrint = fingerprintOf({ ...parts, messagePattern: message });
  await sql.query(
    `UPDATE dead_letter SET message_pattern = $1, fingerprint = $2, verdict = 'unknown' WHERE ${springs}`,
    [message, oldPrint],
  );
  const refused = (await rowsOf(sql)).find(
    (row) => row.partition === 1 && row.fingerprint !== oldPrint,
  )?.fingerprint;
  const { clusterId } = await cluster.admin.describeCluster();
  const [info] = await cluster.admin.describeTopics([topic]);
  const place = { clusterId, topicId: info?.topicId ?? '' };
  const now = new Date();
  const { stores } = test.database;
  const mutedUntil = new Date(now.getTime() + 3_600_000);
  for (const fingerprint of [oldPrint, refused ?? old])
    await test.database.transact(async ({ failureStates }) => {
      await failureStates.readForUpdate({ ...place, fingerprint }, now);
      await failureStates.change(
        { ...place, fingerprint },
        { mutedUntil, mutedBy: 'ana', muteReason: 'known' },
        now,
      );
    });
  await index(test, sql, after, 40);
  await index(anew, anewSql, after, 40 - Number(trimmed));

  const isGone = (row: Row) => row.partition === 0 && BigInt(row.offset) < trimmed;
  const rows = await rowsOf(sql);
  expect(rows.filter((row) => !isGone(row))).toEqual(await rowsOf(anewSql));
  // Of those that are gone, Spring's stand with their like again, and home-made ones where they stood.
  const gone = new Set(rows.filter(isGone).map(({ fingerprint }) => fingerprint));
  expect(gone).toEqual(new Set([was[0]?.fingerprint, refused]));

  const groups = new Set(rows.map(({ fingerprint }) => fingerprint));
  expect(groups.has(oldPrint)).toBe(false);
  const states = await stores.failureStates.of(place, now);
  expect(
    states
      .filter((each) => each.mutedUntil !== null)
      .map(({ fingerprint }) => fingerprint)
      .sort(),
  ).toEqual([was[0]?.fingerprint, refused].sort());
  const [line] = await stores.audit.list({ action: 'dead_letters.regroup' }, { limit: 10, before: null });
  expect(line?.detail).toMatchObject({
    followed: [{ from: oldPrint, to: was[0]?.fingerprint, what: 'all' }],
    left: [{ fingerprint: refused, why: 'split' }],
  });
  const deps = { database: test.database, config: configOf(after), clock: () => now };
  const view = await readDeadLetterTopic(deps, someone('viewer'), { cluster: 'main', topic });
  const inLog = new Set(rows.filter((row) => !isGone(row)).map(({ fingerprint }) => fingerprint));
  expect(view).toMatchObject({ regrouping: null, total: 30, failureGroups: inLog.size });
});
