import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { frozenFrom, frozenRecord } from '#fixtures/frozen-record.ts';
import { touchingRows } from '#fixtures/rows-touched.ts';
import { openDatabase } from './database.ts';
import { createPlanHoldStore } from './plan-holds.ts';

const of = frozenFrom;
const target = { clusterId: of.clusterId, destinationTopicId: 'd', divertedTopicId: null };
const by = { replayId: 'r-1', by: 'ana', at: new Date('2026-03-01T03:00:00.000Z') };
/** Rows of other replays in both tables. */
const others = 30_000;

describe('a plan that is held', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    // Nobody analyses the tables in between: a plan must not need statistics.
    for (const table of ['replay_reservation', 'dead_letter_disposition', 'plan_record'])
      await owner.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  });
  afterAll(async () => {
    await owner.end();
    await test.drop();
  });
  beforeEach(async () => {
    await owner.query('DELETE FROM replay_reservation');
    await owner.query('DELETE FROM dead_letter_disposition');
    await owner.query(
      `INSERT INTO replay_reservation SELECT $1, 'd', 'other-' || n, 'r-2' FROM generate_series(1, $2::int) n`,
      [of.clusterId, others],
    );
    await owner.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
       SELECT $1, $2, 1, n, 'in_replay', 'r-2', 'ben', now() FROM generate_series(1, $3::int) n`,
      [of.clusterId, of.topicId, others],
    );
  });

  const staged = (records: number) =>
    test.database.planStagings.stage(async (staging) => {
      await staging.add(Array.from({ length: records }, (_, at) => frozenRecord(at)));
      return staging.id;
    });
  it.each([
    ['few', 20],
    ['many', 12_000],
  ])('of %s, each is looked up: nobody goes through all that others hold', async (_, records) => {
    const planId = await staged(records);
    const tables = ['replay_reservation', 'dead_letter_disposition'];
    const { read } = await touchingRows(test.appUrl, tables, async (scope) => {
      const holds = createPlanHoldStore(scope);
      expect(await holds.reserve(planId, by.replayId, target)).toEqual([]);
      expect(await holds.hold(planId, { ...of, records }, by)).toBe(records);
    });
    expect(read).toBeLessThanOrEqual(2 * records);
    await test.database.transact((stores) => stores.planHolds.discard([planId]));
  });

  it.each([
    ['nothing', 0],
    ['next to nothing', 1],
  ])('of many, each is looked up also where Postgres knows of %s that was decided', async (_, decided) => {
    // To scan the table is the cheapest look into an empty one, until the plan itself has filled it.
    await owner.query('DELETE FROM dead_letter_disposition WHERE "offset" > $1', [decided]);
    await owner.query('UPDATE dead_letter_disposition SET partition = 0, disposition = $1', ['open']);
    await owner.query('VACUUM (FULL, ANALYZE) dead_letter_disposition');
    const records = 6000;
    const planId = await staged(records);
    const { scans } = await touchingRows(test.appUrl, ['dead_letter_disposition'], async (scope) => {
      expect(await createPlanHoldStore(scope).hold(planId, { ...of, records }, by)).toBe(records);
    });
    expect(scans).toBeLessThan(10);
    await test.database.transact((stores) => stores.planHolds.discard([planId]));
  });

  it('says who has some of its roots already, and how many', async () => {
    await owner.query(
      `UPDATE replay_reservation SET lineage_root = 'root-' || right(lineage_root, 1) WHERE lineage_root IN ('other-1', 'other-2')`,
    );
    const planId = await staged(5);
    const found = await test.database.transact((stores) =>
      stores.planHolds.reserve(planId, by.replayId, target),
    );
    expect(found).toEqual([{ replayId: 'r-2', roots: 2 }]);
    await test.database.transact((stores) => stores.planHolds.discard([planId]));
  });

  it('is told when somebody reserves one of its roots in the same moment', async () => {
    const planId = await staged(5);
    await owner.query('BEGIN');
    await owner.query(`INSERT INTO replay_reservation VALUES ($1, 'd', 'root-3', 'r-3')`, [of.clusterId]);
    const held = test.database.transact((stores) => stores.planHolds.reserve(planId, by.replayId, target));
    const outcome = held.then(
      (value) => value,
      (error: unknown) => error,
    );
    await sleep(300);
    await owner.query('COMMIT');
    expect(await outcome).toEqual([{ replayId: 'r-3', roots: 1 }]);
    await test.database.transact((stores) => stores.planHolds.discard([planId]));
  });

  it('takes what came back or is open again, and leaves what somebody decided', async () => {
    const planId = await staged(4);
    const decide = (offset: number, disposition: string) =>
      owner.query(
        `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at) VALUES ($1, $2, 0, $3, $4, 'ben', now())`,
        [of.clusterId, of.topicId, offset, disposition],
      );
    await decide(0, 'came_back');
    await decide(1, 'dismissed');
    await decide(2, 'open');
    const taken = test.database.transact((stores) =>
      stores.planHolds.hold(planId, { ...of, records: 4 }, by),
    );
    expect(await taken).toBe(3);
    const { rows } = await owner.query(
      `SELECT "offset"::int AS at, disposition, replay_id AS replay FROM dead_letter_disposition WHERE partition = 0 ORDER BY "offset"`,
    );
    const held = { disposition: 'in_replay', replay: 'r-1' };
    expect(rows).toEqual([
      { at: 0, ...held },
      { at: 1, disposition: 'dismissed', replay: null },
      { at: 2, ...held },
      { at: 3, ...held },
    ]);
    await test.database.transact((stores) => stores.planHolds.discard([planId]));
  });

  it('is waited for in a transaction that nothing else is asked of', async () => {
    const impatient = openDatabase(test.appUrl, { maxConnections: 2, idleInTransactionMs: 3000 });
    try {
      const waited = impatient.transact(async (stores) => {
        const answer = await stores.planHolds.waitFor(sleep(4500, 'made'));
        await stores.planHolds.discard([]);
        return answer;
      });
      expect(await waited).toBe('made');
      const failing = impatient.transact((stores) =>
        stores.planHolds.waitFor(Promise.reject(new Error('unmade'))),
      );
      await expect(failing).rejects.toThrow('unmade');
    } finally {
      await impatient.close();
    }
  });
});
