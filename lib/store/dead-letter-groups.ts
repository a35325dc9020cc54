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
    return db.$queryRaw<TopicSummary[]>`
      SELECT d.topic_id AS "topicId", array_agg(DISTINCT d.convention) AS conventions,
        count(*) FILTER (WHERE ${isOpen})::int AS open, count(*)::int AS total,
        min(d.at) AS "oldestAt", max(d.at) AS "newestAt",
        count(*) FILTER (WHERE d.at >= ${ago(now, 5 * minuteMs)}::timestamptz)::int AS m5,
        count(*) FILTER (WHERE d.at >= ${ago(now, 15 * minuteMs)}::timestamptz)::int AS m15,
        count(*) FILTER (WHERE d.at >= ${ago(now, hourMs)}::timestamptz)::int AS h1,
        count(*) FILTER (WHERE d.at >= ${ago(now, 24 * hourMs)}::timestamptz)::int AS d1,
        count(DISTINCT d.fingerprint)::int AS "failureGroups", count(DISTINCT d.lineage_root)::int AS lineages,
        count(DISTINCT d.key_hash)::int AS keys,
        min(d.at) FILTER (WHERE ${isOpen}) AS "oldestOpenAt"
      ${joined}
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = ANY(${[...topicIds]}::text[]) AND ${inLog} ${left}
      GROUP BY d.topic_id`;
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
      ? Prisma.sql`HAVING (count(*) FILTER (WHERE ${isOpen}), count(*), d.fingerprint) < (${after.open}::bigint, ${after.count}::bigint, ${after.fingerprint})`
      : Prisma.empty;
    return db.$queryRaw<FailureGroupRow[]>`
      SELECT d.fingerprint, min(d.exception_class) AS "exceptionClass", min(d.message_pattern) AS "messagePattern",
        min(d.top_frame) AS "topFrame", min(d.convention) AS convention, min(d.verdict) AS verdict,
        min(d.origin_topic) AS "originTopic",
        CASE WHEN count(DISTINCT d.origin_group) = 1 THEN min(d.origin_group) END AS "originGroup",
        count(*)::int AS count, count(*) FILTER (WHERE ${isOpen})::int AS open,
        count(DISTINCT d.key_hash)::int AS keys, count(DISTINCT d.partition)::int AS partitions,
        min(d.at) AS "firstAt", max(d.at) AS "lastAt",
        count(*) FILTER (WHERE d.at >= ${ago(now, 5 * minuteMs)}::timestamptz)::int AS m5,
        count(*) FILTER (WHERE d.at >= ${ago(now, hourMs)}::timestamptz)::int AS h1,
        (array_agg(d.partition ORDER BY d.at DESC, d.partition DESC, d."offset" DESC))[1] AS "samplePartition",
        (array_agg(d."offset" ORDER BY d.at DESC, d.partition DESC, d."offset" DESC))[1] AS "sampleOffset"
      ${joined}
      WHERE ${filtered(place, filter)} ${filter.disposition === undefined ? Prisma.sql`AND ${inLog}` : Prisma.empty}
      GROUP BY d.fingerprint ${beyond}
      ORDER BY count(*) FILTER (WHERE ${isOpen}) DESC, count(*) DESC, d.fingerprint DESC LIMIT ${page.limit}`;
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
