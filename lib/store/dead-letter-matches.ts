import { Prisma } from '#generated/prisma/client.ts';
import {
  type FailureGroupRow,
  type GroupCursor,
  groupsAfter,
  hourMs,
  minuteMs,
} from './dead-letter-groups.ts';
import { filtered, inLog, isOpen, joinedOneByOne, type RecordFilter } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** A failure group among the letters that were looked at. */
export type MatchedGroupRow = FailureGroupRow & {
  keys: number;
  lineages: number;
  /** When each of its letters arrived, in milliseconds since the epoch. */
  times: number[];
};
export type Matches = {
  groups: MatchedGroupRow[];
  /** Of all letters that were looked at, also of groups on other pages; null when there were none. */
  span: { first: Date; last: Date } | null;
  /** There are more: only the newest were looked at, and every number is a lower bound. */
  atLeast: boolean;
};

/** Dead letters that a filter leaves. They have to be looked at one by one, so there is a bound. */
export const createDeadLetterMatchStore = (db: PrismaScope) => ({
  /**
   * Failure groups of the newest `most` letters that fit, most open first. Without a filter by disposition, what is below the log start is
   * left out. May take as long as looking at every row takes: call it in a transaction of its own, under a time limit.
   */
  async failureGroups(
    place: TopicPlace,
    filter: Omit<RecordFilter, 'fingerprint'>,
    page: { limit: number; after: GroupCursor | null },
    most: number,
    now: Date,
  ): Promise<Matches> {
    // Newest first by the index: how many will fit is nothing that the planner could guess, and it would rather sort them all.
    if (filter.disposition === undefined || filter.disposition === 'open')
      await db.$queryRaw`SELECT set_config('enable_sort', 'off', TRUE)`;
    const since = (ms: number) => Prisma.sql`${new Date(now.getTime() - ms)}::timestamptz`;
    const rows = await db.$queryRaw<(MatchedGroupRow & { seen: number; first: Date; last: Date })[]>`
      WITH found AS MATERIALIZED (
        SELECT d.*, ${isOpen} AS is_open ${joinedOneByOne}
        WHERE ${filtered(place, filter)} ${filter.disposition === undefined ? Prisma.sql`AND ${inLog}` : Prisma.empty}
        ORDER BY d.at DESC LIMIT ${most + 1}
      ),
      live AS MATERIALIZED (SELECT * FROM found ORDER BY at DESC LIMIT ${most}),
      groups AS (
        SELECT fingerprint, count(*) AS count, count(*) FILTER (WHERE is_open) AS open, count(DISTINCT partition)::int AS partitions,
          CASE WHEN min(origin_group) = max(origin_group) THEN min(origin_group) END AS "originGroup",
          count(DISTINCT key_hash)::int AS keys, count(DISTINCT lineage_root)::int AS lineages,
          min(at) AS "firstAt", max(at) AS "lastAt",
          count(*) FILTER (WHERE at >= ${since(5 * minuteMs)})::int AS m5, count(*) FILTER (WHERE at >= ${since(hourMs)})::int AS h1,
          array_agg((extract(epoch FROM at) * 1000)::float8) AS times,
          max(ARRAY[(extract(epoch FROM at) * 1000)::bigint, partition::bigint, "offset"]) AS newest
        FROM live GROUP BY fingerprint
      ),
      page AS (SELECT * FROM groups ${groupsAfter(page.after)} ORDER BY open DESC, count DESC, fingerprint DESC LIMIT ${page.limit})
      SELECT p.fingerprint, p.count::int AS count, p.open::int AS open, p.partitions, p."originGroup", p.keys, p.lineages,
        p."firstAt", p."lastAt", p.m5, p.h1, p.times, n.convention, n.exception_class AS "exceptionClass",
        n.message_pattern AS "messagePattern", n.top_frame AS "topFrame", n.verdict, n.origin_topic AS "originTopic",
        n.partition AS "samplePartition", n."offset" AS "sampleOffset",
        (SELECT count(*) FROM found)::int AS seen, (SELECT min(at) FROM live) AS first, (SELECT max(at) FROM live) AS last
      FROM page p JOIN live n ON n.partition = p.newest[2] AND n."offset" = p.newest[3]
      ORDER BY p.open DESC, p.count DESC, p.fingerprint DESC`;
    const some = rows[0];
    return {
      groups: rows.map(({ seen: _seen, first: _first, last: _last, ...row }) => row),
      span: some ? { first: some.first, last: some.last } : null,
      atLeast: some !== undefined && some.seen > most,
    };
  },
});
export type DeadLetterMatchStore = ReturnType<typeof createDeadLetterMatchStore>;
