import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { letter } from '#fixtures/indexed-letters.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';

const clusterId = 'counted-cluster';
/** A topic and the one that was made under its name later. */
const topicIds = ['counted-topic', 'recreated-topic'];
const partitions = [0, 1];
const offsetMax = 3_000;
/** 14:07:30 of some day. */
const now = new Date('2026-03-01T14:07:30.000Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

let test: TestDatabase;
let sql: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  sql = new pg.Client({ connectionString: test.ownerUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await test.drop();
});

type Where = { topic: number; partition: number; from: number; count: number };
type Step =
  | (Where & { kind: 'insert'; failure: number; minutes: number })
  | (Where & { kind: 'dismiss' | 'reopen' | 'note open' | 'drop' })
  | { kind: 'trim'; topic: number; partition: number; start: number; expire: boolean }
  | { kind: 'forget'; topic: number; partition: number }
  | { kind: 'cut back'; topic: number; partition: number; end: number }
  | { kind: 'regroup'; from: number; to: number }
  | { kind: 'add up'; most: number };

const where = {
  topic: fc.nat({ max: topicIds.length - 1 }),
  partition: fc.constantFrom(...partitions),
  from: fc.nat({ max: offsetMax }),
  count: fc.integer({ min: 1, max: 300 }),
};
const failure = fc.nat({ max: 3 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      ...where,
      failure,
      minutes: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 3000 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('dismiss' as const, 'reopen' as const, 'note open' as const),
      ...where,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), ...where }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('trim' as const),
      topic: where.topic,
      partition: where.partition,
      start: where.from,
      expire: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('forget' as const),
      topic: where.topic,
      partition: where.partition,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cut back' as const),
      topic: where.topic,
      partition: where.partition,
      end: where.from,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('regroup' as const), from: failure, to: failure }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('add up' as const), most: fc.constantFrom(1, 7, 10_000) }),
  },
);

const coordinates = ({ from, count }: Where) => Array.from({ length: count }, (_, n) => BigInt(from + n));
const topicOf = (topic: number) => topicIds[topic] ?? '';

async function run(step: Step): Promise<void> {
  const { deadLetterIndex: index, dispositions } = test.database.stores;
  if (step.kind === 'add up') {
    await test.database.transact((stores) => stores.deadLetterCompaction.addUp(step.most));
    return;
  }
  if (step.kind === 'regroup') {
    await sql.query('UPDATE dead_letter SET fingerprint = $1 WHERE fingerprint = $2', [
      `f${step.to}`,
      `f${step.from}`,
    ]);
    return;
  }
  const topicId = topicOf(step.topic);
  const place = { clusterId, topicId };
  if (step.kind === 'forget') {
    const partition = { ...place, partition: step.partition };
    await test.database.transact((stores) =>
      stores.deadLetterHistory.dropBelow(partition, -1n, minutesAgo(-1), 400),
    );
    return;
  }
  if (step.kind === 'trim') {
    if (step.expire) await index.expireBelow(place, step.partition, BigInt(step.start), now);
    return index.saveCursors(clusterId, [
      {
        topicId,
        partition: step.partition,
        logStart: BigInt(step.start),
        nextOffset: 4_000n,
        lastStable: 4_000n,
        asOf: now,
      },
    ]);
  }
  if (step.kind === 'cut back')
    return test.database.transact((stores) =>
      stores.deadLetterIndex.dropFrom(place, step.partition, BigInt(step.end)),
    );
  const letters = coordinates(step).map((offset) => ({ topicId, partition: step.partition, offset }));
  if (step.kind === 'insert') {
    await index.insert(
      place,
      letters.map(({ partition, offset }) =>
        letter(partition, offset, {
          at: minutesAgo(step.minutes + Number(offset % 3n) / 4),
          fingerprint: fingerprint(`f${step.failure}`),
          lineageRoot: `root-${offset % 50n}`,
          origin: {
            topic: 'orders',
            partition,
            offset,
            at: null,
            group: step.failure === 0 ? null : `group-${step.failure === 1 ? 1 : offset % 2n}`,
          },
        }),
      ),
    );
    return;
  }
  if (step.kind === 'reopen') return dispositions.reopen(clusterId, letters);
  const by = { replayId: null, reason: null, by: 'ana', at: now };
  if (step.kind === 'dismiss')
    return dispositions.set(clusterId, letters, { disposition: 'dismissed', ...by });
  const range = [clusterId, topicId, step.partition, step.from, step.from + step.count];
  if (step.kind === 'note open') {
    await sql.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, by, at)
       SELECT $1, $2, $3, o, 'open', 'ana', now() FROM generate_series($4::bigint, $5::bigint) o
       ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET disposition = 'open'`,
      range,
    );
    return;
  }
  // As whoever takes letters away does: nobody is to be in the middle of writing to the topic.
  await sql.query(`BEGIN; SELECT pg_advisory_xact_lock(dead_letter_count_lock('${clusterId}', '${topicId}'));
    DELETE FROM dead_letter WHERE cluster_id = '${clusterId}' AND topic_id = '${topicId}' AND partition = ${step.partition}
      AND "offset" BETWEEN ${step.from} AND ${step.from + step.count}; COMMIT`);
}

/** What counting all rows says, and what the sums and what is not added up yet say. */
async function bothCounts(): Promise<{ rows: unknown[]; minutes: unknown[]; hours: unknown[] }> {
  const all = async (query: string) => (await sql.query(query)).rows;
  const named = 'k.cluster_id, k.topic_id, k.fingerprint, k.origin_group';
  const of = (table: string, time: string, delta: string) => `
    SELECT ${named}, partition, chunk, time, sum(n)::int AS n, sum(closed)::int AS closed FROM (
      SELECT kind, partition, chunk, ${time} AS time, n, closed FROM ${table}
      UNION ALL SELECT kind, partition, chunk, ${delta}, n, closed FROM dead_letter_delta
    ) u JOIN dead_letter_kind k ON k.id = u.kind
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0 OR sum(closed) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7`;
  return {
    rows: await all(`
      SELECT d.cluster_id, d.topic_id, d.fingerprint, coalesce(d.origin_group, '') AS origin_group, d.partition, d."offset" / 1024 AS chunk,
        floor(extract(epoch FROM d.at) / 60)::bigint AS time, count(*)::int AS n,
        count(*) FILTER (WHERE x.disposition <> 'open')::int AS closed
      FROM dead_letter d LEFT JOIN dead_letter_disposition x USING (cluster_id, topic_id, partition, "offset")
      GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`),
    minutes: await all(of('dead_letter_minute', 'minute', 'minute')),
    hours: await all(of('dead_letter_hour', 'hour', 'minute / 60')),
  };
}

const byHour = (rows: readonly unknown[]) => {
  const sums = new Map<string, unknown>();
  for (const row of rows as { time: string; n: number; closed: number }[]) {
    const { n, closed, ...rest } = { ...row, time: String(BigInt(row.time) / 60n) };
    const key = JSON.stringify(rest);
    const known = sums.get(key) as { n: number; closed: number } | undefined;
    sums.set(key, { ...rest, n: n + (known?.n ?? 0), closed: closed + (known?.closed ?? 0) });
  }
  return [...sums.values()];
};
const sorted = (rows: readonly unknown[]) =>
  rows.map((row) => JSON.stringify(row, Object.keys(row as object).sort())).sort();

async function expectExact(): Promise<void> {
  const { rows, minutes, hours } = await bothCounts();
  expect(sorted(minutes)).toEqual(sorted(rows));
  expect(sorted(hours)).toEqual(sorted(byHour(rows)));
}

/** What a page would show, by counting the rows in the log. */
async function pagesFromRows(topicId: string) {
  const live = `
    SELECT d.*, (x.disposition IS NULL OR x.disposition = 'open') AS is_open
    FROM dead_letter d LEFT JOIN dead_letter_disposition x USING (cluster_id, topic_id, partition, "offset")
    LEFT JOIN index_cursor c USING (cluster_id, topic_id, partition)
    WHERE d.cluster_id = $1 AND d.topic_id = $2 AND (c.log_start IS NULL OR d."offset" >= c.log_start)`;
  const since = (minutes: number) =>
    `count(*) FILTER (WHERE at >= '${minutesAgo(minutes).toISOString()}')::int`;
  const group = await sql.query(
    `SELECT fingerprint, count(*)::int AS count, count(*) FILTER (WHERE is_open)::int AS open, count(DISTINCT partition)::int AS partitions,
      min(at) AS "firstAt", max(at) AS "lastAt", ${since(5)} AS m5, ${since(60)} AS h1,
      CASE WHEN min(origin_group) = max(origin_group) THEN min(origin_group) END AS "originGroup"
     FROM (${live}) l GROUP BY 1 ORDER BY open DESC, count DESC, fingerprint COLLATE "default" DESC`,
    [clusterId, topicId],
  );
  const topic = await sql.query(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE is_open)::int AS open, min(at) AS "oldestAt", max(at) AS "newestAt",
      min(at) FILTER (WHERE is_open) AS "oldestOpenAt", count(DISTINCT fingerprint)::int AS "failureGroups",
      ${since(5)} AS m5, ${since(15)} AS m15, ${since(60)} AS h1, ${since(1440)} AS d1 FROM (${live}) l`,
    [clusterId, topicId],
  );
  const steps = await sql.query(
    `SELECT fingerprint, floor(extract(epoch FROM at) / 900)::int AS step, count(*)::int AS count FROM (${live}) l GROUP BY 1, 2 ORDER BY 1, 2`,
    [clusterId, topicId],
  );
  return { groups: group.rows, topic: topic.rows[0], steps: steps.rows };
}

async function expectPages(topicId: string): Promise<void> {
  const place = { clusterId, topicId };
  const expected = await pagesFromRows(topicId);
  const { deadLetterGroups, deadLetterSummaries } = test.database.stores;
  const groups = await deadLetterGroups.failureGroups(place, { limit: 100, after: null }, now);
  expect(groups).toMatchObject(expected.groups);
  expect(groups.length).toBe(expected.groups.length);
  const [summary] = await deadLetterSummaries.summaries({ clusterId, topicIds: [topicId], without: [] }, now);
  if (expected.groups.length === 0) expect(summary).toBeUndefined();
  else expect(summary).toMatchObject(expected.topic);
  const fingerprints = groups.map((group) => group.fingerprint);
  const quarters = await deadLetterGroups.histogram(place, fingerprints, 15 * 60_000);
  expect(sorted(quarters.map((each) => ({ ...each, step: Number(each.step) })))).toEqual(
    sorted(expected.steps),
  );
  const total = expected.groups.reduce((sum, group) => sum + group.count, 0);
  for (const stepMs of [30_000, 60 * 60_000, 24 * 60 * 60_000]) {
    const counts = await deadLetterGroups.histogram(place, fingerprints, stepMs);
    expect(counts.reduce((sum, each) => sum + each.count, 0)).toBe(total);
  }
}

/** Of two that cut a log back and decide about what is cut off, one may be told to begin again: nothing of it has happened then. */
async function again(step: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!/deadlock/.test((error as Error).message)) throw error;
    }
  }
}

describe('the counts of dead letters', () => {
  it('equal counting rows after any sequence of arrivals, decisions, trims, cuts, regroupings and compactions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 20 }), async (sequence) => {
        for (const step of sequence) await run(step);
        await expectExact();
        for (const topicId of topicIds) await expectPages(topicId);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('equal counting rows when two write at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { minLength: 20, maxLength: 40 }),
        fc.array(steps, { minLength: 20, maxLength: 40 }),
        async (...writers) => {
          const one = async (sequence: readonly Step[]) => {
            for (const step of sequence) if (step.kind !== 'regroup') await again(() => run(step));
          };
          await Promise.all(writers.map(one));
          await expectExact();
          for (const topicId of topicIds) await expectPages(topicId);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
