import { Prisma } from '#generated/prisma/client.ts';
import { type GroupPlace, leftOut, lettersInLog } from './dead-letter-counts.ts';
import type { PrismaScope } from './prisma.ts';

/** Distinct keys and lineages in the log: of a failure group, or of a whole topic (`fingerprint` null). */
export type DistinctCount = {
  topicId: string;
  fingerprint: string | null;
  keys: number;
  lineages: number;
  /** Null: it is as of now. */
  countedAt: Date | null;
};

/**
 * Where the index stands in a topic, and by which rules how much of it is grouped. What is distinct in the log changes only when this does, or when rows
 * are taken back.
 */
const mark = Prisma.sql`encode(sha256(convert_to(
  string_agg(c.partition || ' ' || c.next_offset || ' ' || c.log_start, ',' ORDER BY c.partition)
  || coalesce(min(g.rules || ' ' || coalesce(g.target, '') || ' ' || g.changed), ''), 'UTF8')), 'hex')`;
const marks = (clusterId: string) =>
  Prisma.sql`SELECT c.topic_id, ${mark} AS mark FROM index_cursor c
    LEFT JOIN dead_letter_grouping g ON g.cluster_id = c.cluster_id AND g.topic_id = c.topic_id
    WHERE c.cluster_id = ${clusterId} GROUP BY c.topic_id`;

/**
 * Of each failure group and, with an empty fingerprint, of each topic. Values are told apart by 64-bit hashes, which takes half the time:
 * of a million, two that are not the same count as one in one of some 40 million counts.
 */
const distinctOf = (clusterId: string, topicIds: readonly string[], without: readonly GroupPlace[]) => {
  const counts = (values: Prisma.Sql) => Prisma.sql`
    SELECT topic_id, fingerprint, count(v)::int AS n FROM ${values} GROUP BY 1, 2
    UNION ALL SELECT topic_id, '', count(v)::int FROM (SELECT topic_id, v FROM ${values} GROUP BY 1, 2) u GROUP BY 1`;
  return Prisma.sql`
    WITH seen AS MATERIALIZED (
      SELECT d.topic_id, d.fingerprint, hashtextextended(d.key_hash, 0) AS k, hashtextextended(d.lineage_root, 0) AS l ${lettersInLog}
        AND d.cluster_id = ${clusterId} AND d.topic_id = ANY(${[...topicIds]}::text[]) ${leftOut(Prisma.sql`d`, without)}
    ),
    by_key AS MATERIALIZED (SELECT topic_id, fingerprint, k AS v FROM seen GROUP BY 1, 2, 3),
    by_lineage AS MATERIALIZED (SELECT topic_id, fingerprint, l AS v FROM seen GROUP BY 1, 2, 3)
    SELECT topic_id AS "topicId", fingerprint, k.n AS keys, l.n AS lineages
    FROM (${counts(Prisma.sql`by_key`)}) k JOIN (${counts(Prisma.sql`by_lineage`)}) l USING (topic_id, fingerprint)`;
};

type Row = { topicId: string; fingerprint: string; keys: number; lineages: number };
const named = <T extends Row>(row: T) => ({
  ...row,
  fingerprint: row.fingerprint === '' ? null : row.fingerprint,
});

/** Distinct keys and lineages. Counting them takes the longer the more letters there are: the worker does it, and few may be counted live. */
export const createDeadLetterDistinctStore = (db: PrismaScope) => ({
  /** As the worker last counted; what has not changed since is as of now. What was never counted is left out. */
  async counted(clusterId: string, topicIds: readonly string[]): Promise<DistinctCount[]> {
    const rows = await db.$queryRaw<(Row & { countedAt: Date | null })[]>`
      SELECT x.topic_id AS "topicId", x.fingerprint, x.keys, x.lineages,
        CASE WHEN m.mark IS NOT DISTINCT FROM n.mark THEN NULL ELSE n.counted_at END AS "countedAt"
      FROM dead_letter_distinct_count n
      JOIN dead_letter_distinct x ON x.cluster_id = n.cluster_id AND x.topic_id = n.topic_id
      LEFT JOIN (${marks(clusterId)}) m ON m.topic_id = n.topic_id
      WHERE n.cluster_id = ${clusterId} AND n.topic_id = ANY(${[...topicIds]}::text[])`;
    return rows.map(named);
  },

  /** Counts them now, row by row: for topics of some thousand letters. */
  async count(
    clusterId: string,
    topicIds: readonly string[],
    without: readonly GroupPlace[] = [],
  ): Promise<DistinctCount[]> {
    if (topicIds.length === 0) return [];
    const rows = await db.$queryRaw<Row[]>`${distinctOf(clusterId, topicIds, without)}`;
    return rows.map((row) => ({ ...named(row), countedAt: null }));
  },

  /** Topics that have changed since they were last counted and are there now, the longest not counted first, with how long that took. */
  async due(clusterId: string): Promise<{ topicId: string; countedAt: Date | null; tookMs: number }[]> {
    return db.$queryRaw<{ topicId: string; countedAt: Date | null; tookMs: number }[]>`
      SELECT t.topic_id AS "topicId", n.counted_at AS "countedAt", coalesce(n.took_ms, 0) AS "tookMs"
      FROM dead_letter_topic t JOIN (${marks(clusterId)}) m ON m.topic_id = t.topic_id
      LEFT JOIN dead_letter_distinct_count n ON n.cluster_id = t.cluster_id AND n.topic_id = t.topic_id
      WHERE t.cluster_id = ${clusterId} AND t.gone_at IS NULL AND n.mark IS DISTINCT FROM m.mark
      ORDER BY n.counted_at NULLS FIRST`;
  },

  /**
   * Counts a topic and keeps what it found, as of `at`, which is to be before the call. Call inside a transaction of its own; it may take seconds.
   * @param workMemory of the database, in MB, so that a million of values need not be sorted on disk
   */
  async recount(clusterId: string, topicId: string, at: Date, workMemory = 64): Promise<void> {
    await db.$queryRaw`SELECT set_config('work_mem', ${`${workMemory}MB`}, TRUE)`;
    // The cursors are read first: what is indexed meanwhile makes the topic due again.
    const [found] = await db.$queryRaw<
      { mark: string }[]
    >`SELECT mark FROM (${marks(clusterId)}) m WHERE topic_id = ${topicId}`;
    if (!found) return;
    const started = performance.now();
    const rows = await db.$queryRaw<Row[]>`${distinctOf(clusterId, [topicId], [])}`;
    const tookMs = Math.ceil(performance.now() - started);
    await db.$executeRaw`DELETE FROM dead_letter_distinct WHERE cluster_id = ${clusterId} AND topic_id = ${topicId}`;
    await db.$executeRaw`
      INSERT INTO dead_letter_distinct (cluster_id, topic_id, fingerprint, keys, lineages)
      SELECT ${clusterId}, ${topicId}, * FROM unnest(${rows.map((row) => row.fingerprint)}::text[],
        ${rows.map((row) => row.keys)}::int[], ${rows.map((row) => row.lineages)}::int[])`;
    await db.$executeRaw`
      INSERT INTO dead_letter_distinct_count (cluster_id, topic_id, mark, counted_at, took_ms)
      VALUES (${clusterId}, ${topicId}, ${found.mark}, ${at}::timestamptz, ${tookMs})
      ON CONFLICT (cluster_id, topic_id) DO UPDATE SET mark = EXCLUDED.mark, counted_at = EXCLUDED.counted_at, took_ms = EXCLUDED.took_ms`;
  },
});
export type DeadLetterDistinctStore = ReturnType<typeof createDeadLetterDistinctStore>;
