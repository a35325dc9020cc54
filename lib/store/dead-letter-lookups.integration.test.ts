import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { letter } from '#fixtures/indexed-letters.ts';
import { touchingRows } from '#fixtures/rows-touched.ts';
import { fingerprint, sha256Hex } from '#lib/domain/kernel/brand.ts';
import { candidatePages } from './candidate-pages.ts';
import { createDeadLetterExpiryStore } from './dead-letter-expiry.ts';
import { createDeadLetterStore } from './dead-letters.ts';
import { createReplayEvidenceStore } from './replay-evidence.ts';
import { inTurns } from './turns.ts';

const place = { clusterId: 'looked-up-cluster', topicId: 'looked-up-topic' };
const at = new Date('2026-03-01T14:07:30.000Z');
const letters = 2000;
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
  for (const table of ['dead_letter', 'dead_letter_disposition'])
    await sql.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
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

/** What this session has read of a table: a difference tells what happened in between, since it has what earlier transactions have not handed on yet. */
async function touched(table: string): Promise<{ fetched: number; scans: number }> {
  const { rows } = await sql.query<{ fetched: number; scans: number }>(
    'SELECT (seq_tup_read + idx_tup_fetch)::int AS fetched, seq_scan::int AS scans FROM pg_stat_xact_user_tables WHERE relname = $1',
    [table],
  );
  return rows[0] ?? { fetched: 0, scans: 0 };
}

describe('dead letters are looked up', () => {
  it.each([
    ['each by its own key where few of a chunk are', 100, 100],
    // Those at the end of each partition are not there (yet).
    ['each chunk in one go where most of it is', letters + 300, letters],
  ])('%s decided about, whatever is known of the table', async (_, decided, found) => {
    await sql.query('BEGIN');
    const before = await touched('dead_letter');
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at)
       SELECT $1, $2, n % 2, n, 'dismissed', 'ana', $3 FROM generate_series(0, $4::int - 1) AS n`,
      [place.clusterId, place.topicId, at, decided],
    );
    const after = await touched('dead_letter');
    const counted = await sql.query('SELECT sum(closed)::int AS n FROM dead_letter_delta');
    await sql.query('DELETE FROM dead_letter_disposition');
    const openAgain = await sql.query('SELECT sum(closed)::int AS n FROM dead_letter_delta');
    await sql.query('ROLLBACK');
    expect(counted.rows).toEqual([{ n: found }]);
    expect(openAgain.rows).toEqual([{ n: 0 }]);
    expect(after.scans).toBe(before.scans);
    // What is not there is looked for once more when nobody can be putting it in.
    expect(after.fetched - before.fetched).toBeLessThanOrEqual(found + 2 * (decided - found));
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
    const heldByAnother = 4000;
    const topicId = 'planned-topic';
    const rows = Array.from({ length: many }, (_, n) =>
      letter(n % 2, BigInt(n), { at: new Date(at.getTime() + n), lineageRoot: `root-${n >> 1}` }),
    );
    await test.database.stores.deadLetterIndex.insert({ ...place, topicId }, rows);
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
       SELECT $1, $2, n % 2, n, 'in_replay', 'r-2', 'ana', $3 FROM generate_series(0, $4::int - 1) AS n`,
      [place.clusterId, topicId, at, heldByAnother],
    );
    const source = {
      clusterId: place.clusterId,
      topicId,
      selection: { all: true as const },
      replayId: 'r-1',
    };
    await sql.query('BEGIN');
    const before = await touched('dead_letter');
    const decidedBefore = await touched('dead_letter_disposition');
    const query = test.database.stores.replaySelection.candidates(source);
    const pages = candidatePages(sql, inTurns(), query, 1000);
    const first = await pages.next();
    const afterFirst = (await touched('dead_letter')).fetched - before.fetched;
    const found = first.done ? [] : [first.value];
    for await (const page of pages) found.push(page);
    const looked = (await touched('dead_letter_disposition')).fetched - decidedBefore.fetched;
    await sql.query('ROLLBACK');
    const free = Array.from({ length: many - heldByAnother }, (_, n) => n + heldByAnother);
    // Of two with one root the older one is superseded.
    expect(found.flatMap((page) => [...page.offsets])).toEqual(free.filter((n) => n % 2).map(BigInt));
    expect(found.reduce((sum, page) => sum + page.superseded, 0)).toBe(free.length / 2);
    // The held ones and two pages, of each letter itself and what has its lineage root.
    expect(afterFirst).toBeLessThan(2 * many);
    // Each letter's own, where it has one; none of the others of its lineage root has.
    expect(looked).toBeLessThanOrEqual(2 * heldByAnother);
  });

  it('one by one for a page of them, however many were decided on a moment ago', async () => {
    const many = 4000;
    const topicId = 'listed-topic';
    const rows = Array.from({ length: many }, (_, n) =>
      letter(0, BigInt(n), { at: new Date(at.getTime() + n) }),
    );
    await test.database.stores.deadLetterIndex.insert({ ...place, topicId }, rows);
    const held = many - 1000;
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
       SELECT $1, $2, 0, n, 'in_replay', 'r-1', 'ana', $3 FROM generate_series(1000, $4::int - 1) AS n`,
      [place.clusterId, topicId, at, many],
    );
    const filter = { disposition: 'open', searchKeys: true, searchMessages: true } as const;
    const page = { limit: 50, after: null };
    const { answer: listed, read } = await touchingRows(test.appUrl, ['dead_letter_disposition'], (scope) =>
      createDeadLetterStore(scope).listRecords({ ...place, topicId }, filter, page),
    );
    expect(listed.map(({ offset }) => Number(offset))).toEqual(Array.from({ length: 50 }, (_, n) => 999 - n));
    // The newest are held, so each of these is looked at.
    expect(read).toBe(held);
  });

  it.each([
    ['of all', {}],
    ['of a failure group', { fingerprint: 'fp-1' }],
    ['since a moment', { from: at }],
  ])('from the newest on for a page %s, however many there are', async (_, narrowed) => {
    const many = 6000;
    const topicId = `paged-topic-${Object.keys(narrowed).join()}`;
    const rows = Array.from({ length: many }, (_, n) =>
      letter(n % 2, BigInt(n), { at: new Date(at.getTime() + n), fingerprint: fingerprint('fp-1') }),
    );
    await test.database.stores.deadLetterIndex.insert({ ...place, topicId }, rows);
    const filter = { ...narrowed, disposition: 'open', searchKeys: true, searchMessages: true } as const;
    const { answer: listed, read } = await touchingRows(test.appUrl, ['dead_letter'], (scope) =>
      createDeadLetterStore(scope).listRecords({ ...place, topicId }, filter, { limit: 50, after: null }),
    );
    expect(listed.map(({ offset }) => Number(offset))).toEqual(
      Array.from({ length: 50 }, (_, n) => many - 1 - n),
    );
    expect(read).toBeLessThan(200);
  });

  it('up to the first of a partition, for the latest time there, and no further', async () => {
    const topicId = 'aged-topic';
    const many = 6000;
    const rows = Array.from({ length: many }, (_, n) =>
      letter(n % 2, BigInt(n >> 1), { at: new Date(at.getTime() + (n === 3 ? 99 : n)) }),
    );
    await test.database.stores.deadLetterIndex.insert({ ...place, topicId }, rows);
    await sql.query(
      `INSERT INTO index_cursor (cluster_id, topic_id, partition, next_offset, log_start, last_stable, as_of)
       SELECT $1, $2, p, $3, 0, $3, now() FROM generate_series(0, 1) AS p`,
      [place.clusterId, topicId, many / 2],
    );
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at)
       SELECT $1, $2, p, n, 'dismissed', 'ana', $3 FROM generate_series(0, 1) AS p, generate_series(0, 1) AS n`,
      [place.clusterId, topicId, at],
    );
    const expected = [
      { partition: 0, offset: 2n, at: new Date(at.getTime() + 4), newestUpTo: new Date(at.getTime() + 4) },
      { partition: 1, offset: 2n, at: new Date(at.getTime() + 5), newestUpTo: new Date(at.getTime() + 99) },
    ];
    const written = await touchingRows(test.appUrl, ['dead_letter'], (scope) =>
      createReplayEvidenceStore(scope).writtenUpTo({ ...place, topicId }, expected),
    );
    const open = await touchingRows(test.appUrl, ['dead_letter'], (scope) =>
      createDeadLetterExpiryStore(scope).firstOpen(place.clusterId, [topicId], at),
    );
    const byPartition = (a: { partition: number }, b: { partition: number }) => a.partition - b.partition;
    expect([...written.answer].sort(byPartition)).toEqual(expected);
    expect([...open.answer].sort(byPartition)).toEqual(expected.map((each) => ({ topicId, ...each })));
    expect([written.read, open.read].filter((read) => read > 20)).toEqual([]);
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
