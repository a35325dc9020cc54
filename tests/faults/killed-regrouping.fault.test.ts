import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { prepareVictim, type Victim } from '#fixtures/indexer-victim.ts';
import { testCluster, testPrefix } from '#fixtures/kafka.ts';
import { createKilledLog, type KilledLog } from '#fixtures/killed-log.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { regroupKillPoints } from '#lib/worker/indexer/kill-point.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';

const rowsSql = 'SELECT * FROM dead_letter ORDER BY partition, "offset"';
/** Per failure group, what the counts say and how many rows there are. */
const countsSql = `
  SELECT k.fingerprint, sum(c.n)::int AS n FROM dead_letter_kind k JOIN (
    SELECT kind, n FROM dead_letter_delta UNION ALL SELECT kind, n FROM dead_letter_minute
  ) c ON c.kind = k.id GROUP BY 1 HAVING sum(c.n) <> 0 ORDER BY 1`;
const countedSql = 'SELECT fingerprint, count(*)::int AS n FROM dead_letter GROUP BY 1 ORDER BY 1';

const cluster = connectCluster(testCluster());
let test: TestDatabase;
let log: KilledLog;
let sql: pg.Client;
let next: Victim;
beforeAll(async () => {
  next = prepareVictim();
  [test, log] = await Promise.all([createTestDatabase(), createKilledLog(testPrefix())]);
  sql = new pg.Client({ connectionString: test.ownerUrl });
  await sql.connect();
});
afterAll(async () => {
  await next.dismiss();
  await sql.end();
  await log.drop();
  await cluster.close();
  await test.drop();
});

/** The indexer, until `done`. */
async function index(done: () => Promise<boolean>) {
  const stop = new AbortController();
  const running = runIndexer(
    {
      ...{ cluster, database: test.database, clock: () => new Date(), log: (line) => console.log(line) },
      config: { flows: [], deadLetters: { discover: [log.topic], topics: [] } },
      timings: { pollMs: 20, discoverMs: 200, pointersMs: 600_000 },
    },
    { signal: stop.signal },
  );
  await expect
    .poll(done, { timeout: 120_000, interval: 20 })
    .toBe(true)
    .finally(() => stop.abort());
  await running;
}

it(`kill -9 at each of ${regroupKillPoints.length} points of grouping anew: the index is as if indexed anew, every row is counted once, and what was held is where its letters are`, async () => {
  await log.grow();
  const rows = async () => (await sql.query(rowsSql)).rows;
  await index(async () => (await rows()).length === log.expected.size);
  const indexed = await rows();
  // As older rules would have left it: other patterns, other groups, one for one.
  await sql.query(
    `UPDATE dead_letter SET message_pattern = exception_message, verdict = 'unknown', fingerprint = 'old-' || left(fingerprint, 20)`,
  );
  await sql.query(`UPDATE dead_letter_grouping SET rules = 'older'`);
  const [some] = await rows();
  await sql.query(
    `INSERT INTO failure_state (cluster_id, topic_id, fingerprint, claimed_by, claimed_at, muted_until, updated_at)
     VALUES ($1, $2, $3, 'ana', now(), now() + interval '1 hour', now())`,
    [some.cluster_id, some.topic_id, some.fingerprint],
  );

  for (const point of regroupKillPoints) {
    const victim = next;
    const died = await victim.dieAt(point, { appUrl: test.appUrl, topic: log.topic });
    next = prepareVictim();
    expect(died).toMatchObject({ reached: point, signal: 'SIGKILL' });
    expect((await sql.query(countsSql)).rows, point).toEqual((await sql.query(countedSql)).rows);
  }
  await index(
    async () =>
      (await sql.query('SELECT 1 FROM dead_letter_grouping WHERE target IS NOT NULL')).rows.length === 0,
  );
  expect(await rows()).toEqual(indexed);
  expect((await sql.query(countsSql)).rows).toEqual((await sql.query(countedSql)).rows);
  const held = await sql.query('SELECT fingerprint, claimed_by FROM failure_state');
  expect(held.rows).toEqual([{ fingerprint: indexed[0].fingerprint, claimed_by: 'ana' }]);
  const told = await sql.query(
    `SELECT detail -> 'records' AS records FROM audit_event WHERE action = 'dead_letters.regroup'`,
  );
  expect(told.rows).toEqual([
    { records: { looked: indexed.length, changed: indexed.length, byIndexAlone: 0, leftAsTheyWere: 0 } },
  ]);
});
