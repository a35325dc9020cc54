import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { frozenFrom, frozenRecord } from '#fixtures/frozen-record.ts';
import { indexedTopic, letter } from '#fixtures/indexed-letters.ts';
import { spoolLine } from '#fixtures/spool-line.ts';
import { clusterId, sha256Hex, topicId } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import { keysBy } from './plan-facts.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const place = { ...frozenFrom, replayId: 'r-1' };
/** What COPY has to escape, among others. */
const topics = ['orders', 'Orders', 'orders.dlq', 'ord-ers', 'a\tb\\c\nd', 'é', '\u{1F600}', '\uFF5E', 'z'];
const record = (at: number, more: Partial<FrozenRecord>) => frozenRecord(at, { partition: at % 3, ...more });
const keyHash = (key: string) => sha256Hex(createHash('sha256').update(key).digest('hex'));
const placeOf = async (topic: string) => {
  const { place } = await indexedTopic(test.database, topic);
  return { clusterId: clusterId(place.clusterId), topicId: topicId(place.topicId) };
};
const left = async () => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT count(*) FROM plan_staging)::int AS plans, (SELECT count(*) FROM plan_record)::int AS records,
       (SELECT count(*) FROM plan_chunk)::int AS chunks`,
  );
  await client.end();
  return rows[0];
};
const nothing = { plans: 0, records: 0, chunks: 0 };

describe('a staged plan', () => {
  it('takes what its spool is asked to keep, and forgets it with the plan', async () => {
    const halves = await test.database.planStagings.stage(async ({ id, spool }) => {
      spoolLine(spool, 'a', 'before é', 'behind');
      await spool.settle(true);
      const lines = await spool.load(Uint32Array.of(0));
      const bytes = Buffer.alloc(spool.bytesOf(Uint32Array.of(0)));
      lines.copy(0, 'behind', bytes, lines.copy(0, 'before', bytes, 0));
      return { id, spool, text: bytes.toString() };
    });
    expect(halves.text).toBe('before ébehind');
    await expect(halves.spool.settle(true)).resolves.toBeUndefined();
    spoolLine(halves.spool, 'a', 'x', 'y');
    await expect(halves.spool.settle(true)).rejects.toThrow();
    await test.database.transact((stores) => stores.planHolds.discard([halves.id]));
  });

  it('is written and asked about when it is committed', async () => {
    const id = await test.database.planStagings.stage(async (staging) => {
      for (const [at, topic] of topics.entries())
        staging.add(record(at, { lineageRoot: topic, keyHash: keyHash(`key ${at % 2}`) }));
      await staging.commit();
      expect(await left()).toEqual({ plans: 1, records: topics.length, chunks: 0 });
      expect(await staging.keys(place, { records: topics.length, diverted: 0 })).toEqual({
        ...{ keys: 2, newerKeys: 0, behindDiverted: 0 },
        oldestKeyAt: new Date(1_700_000_000_000 + topics.length - 2),
      });
      return staging.id;
    });
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    const { rows } = await client.query('SELECT lineage_root AS root FROM plan_record ORDER BY "offset"');
    await client.end();
    expect(rows.map(({ root }) => root)).toEqual(topics);
    await test.database.transact((stores) => stores.planHolds.discard([id]));
    expect(await left()).toEqual(nothing);
  });

  it('says of which keys there is a newer open dead letter that it has not', async () => {
    const of = await placeOf('keys.dlq');
    const at = (ms: number) => new Date(1_700_000_000_000 + ms);
    const index = test.database.stores.deadLetterIndex;
    const keyed = (offset: bigint, key: string, ms: number) =>
      letter(0, offset, { keyHash: keyHash(key), at: at(ms) });
    const rows = [
      ...[keyed(1n, 'newer', 1), keyed(11n, 'newer', 11)],
      ...[keyed(2n, 'older', 2), keyed(12n, 'older', 1)],
      ...[keyed(3n, 'decided', 3), keyed(13n, 'decided', 13)],
      ...[keyed(4n, 'held', 4), keyed(14n, 'held', 14)],
      keyed(15n, 'of nobody', 15),
    ];
    await index.insert(of, rows);
    const decided = [
      { offset: 13n, disposition: 'dismissed' as const, replayId: null },
      { offset: 14n, disposition: 'in_replay' as const, replayId: 'another' },
    ];
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    for (const { offset, disposition, replayId } of decided)
      await owner.query(
        `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
         VALUES ($1, $2, 0, $3, $4, $5, 'ben', now())`,
        [of.clusterId, of.topicId, offset, disposition, replayId],
      );
    await owner.end();
    const staged = rows.slice(0, -1).filter((_, row) => row % 2 === 0);
    const counted = await test.database.planStagings.stage(async (staging) => {
      for (const { offset, keyHash, at } of staged)
        staging.add(record(0, { ...of, offset, keyHash, atMs: at.getTime() }));
      await staging.commit();
      const ask = (replayId: string, records: number) =>
        staging.keys({ ...of, topic: 'keys.dlq', replayId }, { records, diverted: 0 });
      return {
        id: staging.id,
        few: await ask('r-1', 4),
        many: await ask('r-1', 1_000_000),
        own: await ask('another', 4),
        manyOwn: await ask('another', 1_000_000),
      };
    });
    const expected = { keys: 4, newerKeys: 2, behindDiverted: 0, oldestKeyAt: at(1) };
    const ofAnother = { ...expected, newerKeys: 1 };
    expect(counted).toMatchObject({ few: expected, many: expected, own: ofAnother, manyOwn: ofAnother });
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    const { behindDiverted: _, ...alone } = expected;
    for (const way of ['lookup', 'join', 'group'] as const)
      expect(await keysBy(way, client, counted.id, { ...of, topic: 'keys.dlq', replayId: 'r-1' })).toEqual(
        alone,
      );
    await client.end();
    await test.database.transact((stores) => stores.planHolds.discard([counted.id]));
  });

  it('says how many are sent on behind an earlier one of their key that is diverted', async () => {
    const of = await placeOf('diverted.dlq');
    const unknown = { topic: null, partition: null, offset: null, at: null, group: null };
    const from = (topic: string, partition: number, offset: bigint) => ({
      ...unknown,
      topic,
      partition,
      offset,
    });
    // By their origins the third of a key is the first; one whose origin is known in part stands where it lies itself.
    const origins = [
      ...[from('orders', 0, 9n), from('orders', 0, 5n), from('orders', 0, 1n)],
      ...[unknown, { ...from('zz', 0, 0n), offset: null }, from('diverted.dlq', 0, 3n)],
    ];
    await test.database.stores.deadLetterIndex.insert(
      of,
      origins.map((origin, offset) => letter(0, BigInt(offset), { origin })),
    );
    const behind = async (...diverted: number[]) => {
      const counted = await test.database.planStagings.stage(async (staging) => {
        for (const offset of origins.keys())
          staging.add(
            record(0, {
              ...{ ...of, offset: BigInt(offset), keyHash: keyHash(offset < 3 ? 'a' : 'b') },
              ...(diverted.includes(offset) && { divert: 'breaks_contract' as const }),
            }),
          );
        await staging.commit();
        const at = { ...of, topic: 'diverted.dlq', replayId: 'r-1' };
        const { behindDiverted } = await staging.keys(at, { records: 6, diverted: diverted.length });
        return { id: staging.id, behindDiverted };
      });
      await test.database.transact((stores) => stores.planHolds.discard([counted.id]));
      return counted.behindDiverted;
    };
    expect(await behind(2)).toBe(2);
    expect(await behind(1)).toBe(1);
    expect(await behind(0)).toBe(0);
    // In the order 3, 5 (whose origin is where 3 lies), 4.
    expect(await behind(3)).toBe(2);
    expect(await behind(5)).toBe(1);
    expect(await behind(4)).toBe(0);
    expect(await behind(0, 2, 3)).toBe(3);
  });

  it('that fails after its records were committed leaves nothing either', async () => {
    const failed = test.database.planStagings.stage(async (staging) => {
      staging.add(record(0, {}));
      await staging.commit();
      expect(await left()).toEqual({ plans: 1, records: 1, chunks: 0 });
      await staging.addChunk({
        index: 0,
        firstOrdinal: 0,
        records: 1,
        root: frozenRecord(0).contentHash,
        lines: Buffer.from('{}\n'),
      });
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    expect(await left()).toEqual(nothing);
  });

  it('whose connection breaks while nothing is asked of it fails, and leaves nothing', async () => {
    const broken = test.database.planStagings.stage(async (staging) => {
      staging.add(record(0, {}));
      const owner = new pg.Client({ connectionString: test.ownerUrl });
      await owner.connect();
      await owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      await owner.end();
      await sleep(200);
    });
    await expect(broken).rejects.toThrow();
    expect(await left()).toEqual(nothing);
  });
});
