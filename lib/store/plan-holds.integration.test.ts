import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { frozenFrom, frozenRecord } from '#fixtures/frozen-record.ts';
import { touchingRows } from '#fixtures/rows-touched.ts';
import { openDatabase } from './database.ts';
import { createPlanHoldStore } from './plan-holds.ts';
import type { StagedPortion } from './plan-staging.ts';

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

  const staged = (records: number, from = 0) =>
    test.database.planStagings.stage(async (staging) => {
      for (let at = 0; at < records; at++) staging.add(frozenRecord(from + at));
      return staging.commit();
    });
  const discard = (...portions: readonly { planId: number }[]) =>
    test.database.transact((stores) => stores.planHolds.discard(portions.map(({ planId }) => planId)));
  it.each([
    ['few', 20],
    ['many', 12_000],
  ])('of %s, each is looked up: nobody goes through all that others hold', async (_, records) => {
    const portion = await staged(records);
    const tables = ['replay_reservation', 'dead_letter_disposition'];
    const { read } = await touchingRows(test.appUrl, tables, async (scope) => {
      const holds = createPlanHoldStore(scope);
      expect(await holds.reserve(portion, by.replayId, target)).toEqual([]);
      expect(await holds.hold(portion, of, by)).toBe(records);
    });
    expect(read).toBeLessThanOrEqual(2 * records);
    await discard(portion);
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
    const portion = await staged(records);
    const { scans } = await touchingRows(test.appUrl, ['dead_letter_disposition'], async (scope) => {
      expect(await createPlanHoldStore(scope).hold(portion, of, by)).toBe(records);
    });
    expect(scans).toBeLessThan(10);
    await discard(portion);
  });

  it('says who has some of its roots already, and how many', async () => {
    await owner.query(
      `UPDATE replay_reservation SET lineage_root = 'root-' || right(lineage_root, 1) WHERE lineage_root IN ('other-1', 'other-2')`,
    );
    const portion = await staged(5);
    const found = await test.database.transact((stores) =>
      stores.planHolds.reserve(portion, by.replayId, target),
    );
    expect(found).toEqual([{ replayId: 'r-2', roots: 2 }]);
    await discard(portion);
  });

  it('is told when somebody reserves one of its roots in the same moment', async () => {
    const portion = await staged(5);
    await owner.query('BEGIN');
    await owner.query(`INSERT INTO replay_reservation VALUES ($1, 'd', 'root-3', 'r-3')`, [of.clusterId]);
    const held = test.database.transact((stores) => stores.planHolds.reserve(portion, by.replayId, target));
    const outcome = held.then(
      (value) => value,
      (error: unknown) => error,
    );
    await sleep(300);
    await owner.query('COMMIT');
    expect(await outcome).toEqual([{ replayId: 'r-3', roots: 1 }]);
    await discard(portion);
  });

  it('takes what came back or is open again, and leaves what somebody decided', async () => {
    const portion = await staged(4);
    const decide = (offset: number, disposition: string) =>
      owner.query(
        `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at) VALUES ($1, $2, 0, $3, $4, 'ben', now())`,
        [of.clusterId, of.topicId, offset, disposition],
      );
    await decide(0, 'came_back');
    await decide(1, 'dismissed');
    await decide(2, 'open');
    const taken = test.database.transact((stores) => stores.planHolds.hold(portion, of, by));
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
    await discard(portion);
  });

  it('takes a portion that lies among those of another of the same plan', async () => {
    const [even, odd] = await test.database.planStagings.stage(async (staging) => {
      const portionOf = async (rest: number) => {
        for (const at of [0, 1, 2, 3]) staging.add(frozenRecord(2 * at + rest));
        return staging.commit();
      };
      return [await portionOf(0), await portionOf(1)] as const;
    });
    expect([even.portion, odd.portion, even.planId === odd.planId]).toEqual([0, 1, true]);
    expect(odd.spans).toEqual([{ partition: 0, first: 1n, last: 7n, records: 4 }]);
    const held = test.database.transact(async ({ planHolds }) => [
      await planHolds.reserve(even, by.replayId, target),
      await planHolds.hold(even, of, by),
      await planHolds.reserve(odd, by.replayId, target),
      await planHolds.hold(odd, of, by),
    ]);
    expect(await held).toEqual([[], 4, [], 4]);
    const { rows } = await owner.query(
      `SELECT (SELECT count(*) FROM replay_reservation WHERE replay_id = 'r-1')::int AS roots,
         (SELECT count(*) FROM dead_letter_disposition WHERE replay_id = 'r-1')::int AS letters`,
    );
    expect(rows).toEqual([{ roots: 8, letters: 8 }]);
    await discard(even);
  });

  it('gives way to a plan that wants the same in another order: one of them is told, the other goes on', async () => {
    const [low, high, again] = [await staged(3), await staged(3, 10), await staged(3)];
    const hasFirst = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const bothHaveTheirFirst = Promise.all(hasFirst.map(({ promise }) => promise));
    const inOrder = (which: 0 | 1, replayId: string, ...portions: readonly StagedPortion[]) =>
      test.database
        .transact(async ({ planHolds }) => {
          for (const portion of portions) {
            const others = await planHolds.reserve(portion, replayId, target);
            // What it has so far is given back.
            if (others?.length !== 0) throw new Error(`told of ${JSON.stringify(others)}`);
            hasFirst[which].resolve();
            await bothHaveTheirFirst;
          }
          return 'held';
        })
        .catch((error: unknown) => String(error));
    const outcomes = await Promise.all([inOrder(0, 'r-3', low, high), inOrder(1, 'r-4', high, again)]);
    // Nobody has it yet: the other has not ended.
    expect(outcomes.toSorted()).toEqual(['Error: told of null', 'held']);
    await discard(low, high, again);
  });

  it('is dropped alone where others wait to be held, and with everything where none do', async () => {
    const sizes = async () => {
      const { rows } = await owner.query(
        `SELECT count(*)::int AS records, pg_relation_size('plan_record') > 0 AS room FROM plan_record`,
      );
      return rows[0];
    };
    const [first, second] = [await staged(3), await staged(2)];
    await discard(first);
    expect(await sizes()).toEqual({ records: 2, room: true });
    // Somebody looks: nobody waits for that.
    await owner.query('BEGIN');
    await owner.query('SELECT count(*) FROM plan_record');
    await discard(second);
    await owner.query('COMMIT');
    expect(await sizes()).toEqual({ records: 0, room: true });
    // Written by a connection that was lost behind it.
    await owner.query(`INSERT INTO plan_record VALUES (2147483647, 0, 0, 0, now(), NULL, 'root', NULL)`);
    await discard(await staged(1));
    expect(await sizes()).toEqual({ records: 0, room: false });
  });

  it('is waited for in a transaction that nothing else is asked of', async () => {
    // It is asked something every 2 s: a machine that stands still for some more ends nothing.
    const impatient = openDatabase(test.appUrl, { maxConnections: 2, idleInTransactionMs: 6000 });
    try {
      const waited = impatient.transact(async (stores) => {
        const answer = await stores.planHolds.waitFor(sleep(7500, 'made'));
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
