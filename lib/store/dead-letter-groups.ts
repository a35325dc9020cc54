import { Prisma } from '#generated/prisma/client.ts';
import type { Convention, FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import { filtered, inLog, isOpen, joined, type RecordFilter } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';

type TopicPlace = { clusterId: string; topicId: string };

export type TopicSummary = {
  topicId: string;
  conventions: Convention[];
  open: number;
  total: number;
  oldestAt: Date | null;
  newestAt: Date | null;
  m5: number;
  m15: number;
  h1: number;
  d1: number;
  failureGroups: number;
  lineages: number;
  keys: number;
  oldestOpenAt: Date | null;
};

export type IndexState = {
  topicId: string;
  behindRecords: bigint;
  /** The oldest reading of its partitions. */
  asOf: Date;
};

export type FailureGroupRow = {
  fingerprint: string;
  exceptionClass: string | null;
  messagePattern: string | null;
  topFrame: string | null;
  convention: Convention;
  verdict: FailureVerdict;
  originTopic: string | null;
  originGroup: string | null;
  count: number;
  open: number;
  keys: number;
  partitions: number;
  firstAt: Date;
  lastAt: Date;
  m5: number;
  h1: number;
  samplePartition: number;
  sampleOffset: bigint;
};
export type GroupCursor = { open: number; count: number; fingerprint: string };

const ago = (now: Date, ms: number) => new Date(now.getTime() - ms);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Dead letters counted: per topic and per failure group. Everything counts what is in the log now. */
export const createDeadLetterGroupStore = (db: PrismaScope) => ({
  /**
   * One summary for each topic that has rows.
   * @param without failure groups that are left out of every number
   */
  async summaries(
    clusterId: string,
    topicIds: readonly string[],
    now: Date,
    without: readonly { topicId: string; fingerprint: string }[] = [],
  ): Promise<TopicSummary[]> {
    const left =
      without.length === 0
        ? Prisma.empty
        : Prisma.sql`AND (d.topic_id, d.fingerprint) NOT IN (SELECT * FROM unnest(
            ${without.map((each) => each.topicId)}::text[], ${without.map((each) => each.fingerprint)}::text[]))`;
    const live = Prisma.sql`
      SELECT d.*, ${isOpen} AS is_open ${joined}
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = ANY(${[...topicIds]}::text[]) AND ${inLog} ${left}`;
    // Counting distinct values beside the other sums would sort every row once for each of them.
    const distinct = (column: Prisma.Sql) => Prisma.sql`
      SELECT topic_id, count(v)::int AS n FROM (SELECT topic_id, ${column} AS v FROM live GROUP BY 1, 2) u GROUP BY 1`;
    return db.$queryRaw<TopicSummary[]>`
      WITH live AS NOT MATERIALIZED (${live}),
      kinds AS (
        SELECT topic_id, convention, fingerprint, count(*) FILTER (WHERE is_open) AS open, count(*) AS total, min(at) AS oldest, max(at) AS newest,
          count(*) FILTER (WHERE at >= ${ago(now, 5 * minuteMs)}::timestamptz) AS m5,
          count(*) FILTER (WHERE at >= ${ago(now, 15 * minuteMs)}::timestamptz) AS m15,
          count(*) FILTER (WHERE at >= ${ago(now, hourMs)}::timestamptz) AS h1,
          count(*) FILTER (WHERE at >= ${ago(now, 24 * hourMs)}::timestamptz) AS d1,
          min(at) FILTER (WHERE is_open) AS oldest_open
        FROM live GROUP BY topic_id, convention, fingerprint
      )
      SELECT k.topic_id AS "topicId", array_agg(DISTINCT convention) AS conventions, sum(open)::int AS open, sum(total)::int AS total,
        min(oldest) AS "oldestAt", max(newest) AS "newestAt", sum(m5)::int AS m5, sum(m15)::int AS m15, sum(h1)::int AS h1,
        sum(d1)::int AS d1, count(DISTINCT fingerprint)::int AS "failureGroups",
        min(l.n) AS lineages, min(q.n) AS keys, min(oldest_open) AS "oldestOpenAt"
      FROM kinds k
      JOIN (${distinct(Prisma.sql`lineage_root`)}) l ON l.topic_id = k.topic_id
      JOIN (${distinct(Prisma.sql`key_hash`)}) q ON q.topic_id = k.topic_id
      GROUP BY k.topic_id`;
  },

  /** How far the index is behind the last stable offsets. A topic that was never looked at is left out. */
  async indexStates(clusterId: string, topicIds: readonly string[]): Promise<IndexState[]> {
    return db.$queryRaw<IndexState[]>`
      SELECT topic_id AS "topicId", sum(greatest(last_stable - next_offset, 0))::bigint AS "behindRecords", min(as_of) AS "asOf"
      FROM index_cursor WHERE cluster_id = ${clusterId} AND topic_id = ANY(${[...topicIds]}::text[]) GROUP BY topic_id`;
  },

  /** Most open first. */
  async failureGroups(
    place: TopicPlace,
    filter: Omit<RecordFilter, 'fingerprint'>,
    page: { limit: number; after: GroupCursor | null },
    now: Date,
  ): Promise<FailureGroupRow[]> {
    const { after } = page;
    const beyond = after
      ? Prisma.sql`WHERE (open, count, fingerprint) < (${after.open}::bigint, ${after.count}::bigint, ${after.fingerprint})`
      : Prisma.empty;
    const live = Prisma.sql`
      SELECT d.*, ${isOpen} AS is_open ${joined}
      WHERE ${filtered(place, filter)} ${filter.disposition === undefined ? Prisma.sql`AND ${inLog}` : Prisma.empty}`;
    // Partition by partition first, and distinct keys of the page's groups only: distinct and ordered sums over all rows sort them all.
    return db.$queryRaw<FailureGroupRow[]>`
      WITH live AS NOT MATERIALIZED (${live}),
      parts AS (
        SELECT fingerprint, partition, min(exception_class) AS class, min(message_pattern) AS pattern, min(top_frame) AS frame,
          min(convention) AS convention, min(verdict) AS verdict, min(origin_topic) AS topic,
          min(origin_group) AS first_group, max(origin_group) AS last_group,
          count(*) AS count, count(*) FILTER (WHERE is_open) AS open, min(at) AS first, max(at) AS last,
          count(*) FILTER (WHERE at >= ${ago(now, 5 * minuteMs)}::timestamptz) AS m5,
          count(*) FILTER (WHERE at >= ${ago(now, hourMs)}::timestamptz) AS h1,
          max(ARRAY[(extract(epoch FROM at) * 1000)::bigint, partition::bigint, "offset"]) AS newest
        FROM live GROUP BY fingerprint, partition
      ),
      groups AS (
        SELECT fingerprint, min(class) AS class, min(pattern) AS pattern, min(frame) AS frame, min(convention) AS convention,
          min(verdict) AS verdict, min(topic) AS topic, CASE WHEN min(first_group) = max(last_group) THEN min(first_group) END AS "group",
          sum(count)::bigint AS count, sum(open)::bigint AS open, count(*) AS partitions, min(first) AS first, max(last) AS last,
          sum(m5) AS m5, sum(h1) AS h1, max(newest) AS newest
        FROM parts GROUP BY fingerprint
      ),
      page AS MATERIALIZED (
        SELECT * FROM groups ${beyond} ORDER BY open DESC, count DESC, fingerprint DESC LIMIT ${page.limit}
      ),
      keys AS (
        SELECT fingerprint, count(key_hash)::int AS keys FROM (
          SELECT fingerprint, key_hash FROM live WHERE fingerprint IN (SELECT fingerprint FROM page) GROUP BY 1, 2
        ) u GROUP BY 1
      )
      SELECT p.fingerprint, class AS "exceptionClass", pattern AS "messagePattern", frame AS "topFrame", convention, verdict,
        topic AS "originTopic", "group" AS "originGroup", count::int AS count, open::int AS open, k.keys, partitions::int AS partitions,
        first AS "firstAt", last AS "lastAt", m5::int AS m5, h1::int AS h1,
        newest[2]::int AS "samplePartition", newest[3] AS "sampleOffset"
      FROM page p JOIN keys k ON k.fingerprint = p.fingerprint
      ORDER BY open DESC, count DESC, p.fingerprint DESC`;
  },

  /** Times of the oldest and newest row that the filter leaves; null when it leaves none. */
  async span(
    place: TopicPlace,
    filter: Omit<RecordFilter, 'fingerprint'>,
  ): Promise<{ first: Date; last: Date } | null> {
    const rows = await db.$queryRaw<{ first: Date | null; last: Date | null }[]>`
      SELECT min(d.at) AS first, max(d.at) AS last ${joined}
      WHERE ${filtered(place, filter)} ${filter.disposition === undefined ? Prisma.sql`AND ${inLog}` : Prisma.empty}`;
    const row = rows[0];
    return row?.first && row.last ? { first: row.first, last: row.last } : null;
  },

  /** Counts by failure group and step of time; steps are numbered from the epoch. Empty ones are left out. */
  async histogram(
    place: TopicPlace,
    filter: Omit<RecordFilter, 'fingerprint'>,
    fingerprints: readonly string[],
    stepMs: number,
  ): Promise<{ fingerprint: string; step: bigint; count: number }[]> {
    if (fingerprints.length === 0) return [];
    return db.$queryRaw<{ fingerprint: string; step: bigint; count: number }[]>`
      SELECT d.fingerprint, floor(extract(epoch FROM d.at) * 1000 / ${stepMs}::numeric)::bigint AS step, count(*)::int AS count
      ${joined}
      WHERE ${filtered(place, filter)} AND d.fingerprint = ANY(${[...fingerprints]}::text[])
        ${filter.disposition === undefined ? Prisma.sql`AND ${inLog}` : Prisma.empty}
      GROUP BY 1, 2`;
  },
});
export type DeadLetterGroupStore = ReturnType<typeof createDeadLetterGroupStore>;
