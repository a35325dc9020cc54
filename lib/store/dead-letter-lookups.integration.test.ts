import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { letter } from '#fixtures/indexed-letters.ts';
import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import { inTurns, pagesOf } from './pages-of.ts';

const place = { clusterId: 'looked-up-cluster', topicId: 'looked-up-topic' };
const at = new Date('2026-03-01T14:07:30.000Z');
const letters = 2000;
const decided = 100;
/** Equal in all that the index of keys has of them. */
const sameStart = [
  sha256Hex(`${'a'.repeat(12)}${'0'.repeat(52)}`),
  sha256Hex(`${'a'.repeat(12)}${'1'.repeat(52)}`),
] as const;

let test: TestDatabase;
let sql: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  sql = new pg.Client({ connectionString: test.ownerUrl });
  await sql.connect();
  // Nobody analyses the tables in between: a plan must not need statistics.
  await sql.query('ALTER TABLE dead_letter SET (autovacuum_enabled = off)');
  await test.database.stores.deadLetterIndex.insert(
    place,
    Array.from({ length: letters }, (_, n) =>
      letter(n % 2, BigInt(n), { at, keyHash: n < 3 ? sameStart[n % 2 === 0 ? 0 : 1] : null }),
    ),
  );
});
afterAll(async () => {
  await sql.end();
  await test.drop();
});

describe('dead letters are looked up', () => {
  it('each by its own key when they are decided about, whatever is known of the table', async () => {
    await sql.query('BEGIN');
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at)
       SELECT $1, $2, n % 2, n, 'dismissed', 'ana', $3 FROM generate_series(0, $4::int - 1) AS n`,
      [place.clusterId, place.topicId, at, decided],
    );
    const { rows } = await sql.query(
      `SELECT (seq_tup_read + idx_tup_fetch)::int AS fetched FROM pg_stat_xact_user_tables WHERE relname = 'dead_letter'`,
    );
    const counted = await sql.query('SELECT sum(closed)::int AS n FROM dead_letter_delta');
    await sql.query('ROLLBACK');
    expect(counted.rows).toEqual([{ n: decided }]);
    expect(rows).toEqual([{ fetched: decided }]);
  });

  it('by the beginning of the hash of a key, and compared with all of it', async () => {
    const [first, second] = sameStart;
    const { deadLetterKeys } = test.database.stores;
    expect(await deadLetterKeys.count(place.clusterId, first)).toBe(2);
    expect(await deadLetterKeys.count(place.clusterId, second)).toBe(1);
    expect(await deadLetterKeys.count('another-cluster', first)).toBe(0);
    await sql.query('SET enable_seqscan = off');
    const { rows } = await sql.query<Record<string, string>>(
      'EXPLAIN SELECT 1 FROM dead_letter WHERE left(key_hash, 12) = left($1::text, 12) AND key_hash = $1',
      [first],
    );
    await sql.query('RESET enable_seqscan');
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('dead_letter_key_hash_start_idx');
  });

  it('page by page in the order of their time for a plan, whatever is known of the tables', async () => {
    const many = 12_000;
    const topicId = 'planned-topic';
    const rows = Array.from({ length: many }, (_, n) =>
      letter(n % 2, BigInt(n), { at: new Date(at.getTime() + n) }),
    );
    await test.database.stores.deadLetterIndex.insert({ ...place, topicId }, rows);
    const source = {
      clusterId: place.clusterId,
      topicId,
      selection: { all: true as const },
      replayId: 'r-1',
    };
    await sql.query('BEGIN');
    const query = test.database.stores.replaySelection.candidates(source);
    const pages = pagesOf<{ offset: string }>(sql, inTurns(), 'candidates', query, 1000);
    const first = await pages.next();
    const { rows: counts } = await sql.query<{ fetched: number }>(
      `SELECT (seq_tup_read + idx_tup_fetch)::int AS fetched FROM pg_stat_xact_user_tables WHERE relname = 'dead_letter'`,
    );
    const offsets = (first.done ? [] : first.value).map((row) => Number(row.offset));
    for await (const page of pages) offsets.push(...page.map((row) => Number(row.offset)));
    await sql.query('ROLLBACK');
    expect(offsets).toEqual(Array.from({ length: many }, (_, n) => n));
    // Two pages, of each letter itself and what has its lineage root; a look at everything first would be more than twice as many as there are.
    expect(counts[0]?.fetched).toBeLessThan(many);
  });

  it('by the minute in which they arrived, also one millisecond before and after it begins', async () => {
    const { rows } = await sql.query(
      `SELECT count(*)::int AS looked, count(*) FILTER (
         WHERE dead_letter_minute_of(at) IS DISTINCT FROM floor(extract(epoch FROM at) / 60)::bigint)::int AS wrong
       FROM generate_series(timestamptz '1970-01-01 00:01Z', timestamptz '9999-12-01Z', interval '30 days 1 minute') AS minute
       CROSS JOIN LATERAL (VALUES (minute), (minute - interval '1 ms'), (minute + interval '1 ms'),
         (minute + interval '59.999 s'), (minute + interval '29.5 s')) AS near(at)`,
    );
    expect(rows).toEqual([{ looked: expect.any(Number), wrong: 0 }]);
    expect(rows[0].looked).toBeGreaterThan(400_000);
  });
});
