import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { frozenFrom, frozenRecord } from '#fixtures/frozen-record.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const place = { ...frozenFrom, replayId: 'r-1' };
/** What COPY has to escape, among others. */
const topics = ['orders', 'Orders', 'orders.dlq', 'ord-ers', 'a\tb\\c\nd', 'é', '\u{1F600}', '\uFF5E', 'z'];
const record = (at: number, more: Partial<FrozenRecord>) => frozenRecord(at, { partition: at % 3, ...more });
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
      spool.add('a', 'before é', 'behind');
      await spool.settle(true);
      await spool.load(Uint32Array.of(0));
      const bytes = Buffer.alloc(spool.bytesOf(Uint32Array.of(0)));
      spool.copy(0, 'behind', bytes, spool.copy(0, 'before', bytes, 0));
      return { id, spool, text: bytes.toString() };
    });
    expect(halves.text).toBe('before ébehind');
    await expect(halves.spool.settle(true)).resolves.toBeUndefined();
    halves.spool.add('a', 'x', 'y');
    await expect(halves.spool.settle(true)).rejects.toThrow();
    await test.database.transact((stores) => stores.planHolds.discard([halves.id]));
  });

  it('is counted as a whole', async () => {
    const carried = randomBytes(16).toString('hex');
    const origin = (partition: number, topic = 'orders') => ({
      topic: topicName(topic),
      partition,
      offset: 1n,
    });
    const facts = await test.database.planStagings.stage(async (staging) => {
      await staging.add([
        record(0, { keyHash: 'a', carried, origin: origin(0) }),
        record(1, { keyHash: 'a', carried, origin: origin(2), attempt: 3 }),
        record(3, { keyHash: 'b', origin: origin(1, 'payments') }),
      ]);
      const counts = (n: number) => new Map([...topics.map((topic) => [topic, 3] as const), ['payments', n]]);
      expect(await staging.originPartitions(counts(3))).toBe(3);
      expect(await staging.facts(place)).toMatchObject({ missingOrigins: 0 });
      // One topic has another count, is not there, or has fewer partitions than an origin says.
      for (const other of [counts(4), new Map([['orders', 3]]), counts(1)])
        expect(await staging.originPartitions(other)).toBeNull();
      await staging.add([record(5, {})]);
      expect(await staging.originPartitions(counts(3))).toBeNull();
      return { ...(await staging.facts(place)), id: staging.id };
    });
    expect(facts).toMatchObject({
      ...{ records: 4, keys: 2, duplicates: 1, maxAttempt: 3, retried: 1, missingOrigins: 1, newerKeys: 0 },
      oldestAt: new Date(1_700_000_000_000).toISOString(),
      newestAt: new Date(1_700_000_000_005).toISOString(),
      partitions: [
        { partition: 0, first: '0', last: '3', records: 2 },
        { partition: 1, first: '1', last: '1', records: 1 },
        { partition: 2, first: '5', last: '5', records: 1 },
      ],
    });
    expect(await left()).toEqual({ plans: 1, records: 4, chunks: 0 });
    await test.database.transact((stores) => stores.planHolds.discard([facts.id]));
    expect(await left()).toEqual(nothing);
  });

  it('that fails after its records were committed leaves nothing either', async () => {
    const failed = test.database.planStagings.stage(async (staging) => {
      await staging.add([record(0, {})]);
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
      await staging.add([record(0, {})]);
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
