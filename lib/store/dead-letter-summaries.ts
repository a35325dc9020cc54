import { Prisma } from '#generated/prisma/client.ts';
import type { Convention } from '#lib/domain/dead-letters/convention.ts';
import {
  arrivedSince,
  beginOf,
  beginOfMinute,
  type CountedScope,
  countedHours,
  countedMinutes,
  leftOut,
  lettersInOrder,
  openInOrder,
} from './dead-letter-counts.ts';
import type { PrismaScope } from './prisma.ts';

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
  oldestOpenAt: Date | null;
};

export type IndexState = {
  topicId: string;
  behindRecords: bigint;
  /** The oldest reading of its partitions. */
  asOf: Date;
};

const minuteMs = 60_000;
const ago = (now: Date, minutes: number) => new Date(now.getTime() - minutes * minuteMs);

/** Dead-letter topics in numbers. Everything counts what is in the log now, and no number takes longer the more rows there are. */
export const createDeadLetterSummaryStore = (db: PrismaScope) => ({
  /** One summary for each topic that has letters in the log. */
  async summaries(scope: CountedScope, now: Date): Promise<TopicSummary[]> {
    const { clusterId, without } = scope;
    const arrived = arrivedSince({
      m5: ago(now, 5),
      m15: ago(now, 15),
      h1: ago(now, 60),
      d1: ago(now, 24 * 60),
    });
    const notLeftOut = leftOut(Prisma.sql`d`, without);
    const own = Prisma.sql`d.cluster_id = ${clusterId} AND d.topic_id = p.topic_id ${notLeftOut}`;
    const inOrder = Prisma.sql`${lettersInOrder(clusterId, Prisma.sql`p.topic_id`)} ${notLeftOut}`;
    return db.$queryRaw<TopicSummary[]>`
      WITH ${countedHours(scope)},
      per AS MATERIALIZED (
        SELECT k.topic_id, array_agg(DISTINCT k.convention) AS conventions, sum(n - closed) AS open, sum(n) AS total,
          min(hour) AS first, max(hour) AS last, min(hour) FILTER (WHERE n > closed) AS first_open,
          count(DISTINCT k.fingerprint) AS groups, ${arrived.ofHours}
        FROM hours JOIN k ON k.id = hours.kind GROUP BY k.topic_id
      ),
      span AS MATERIALIZED (
        SELECT topic_id, first AS hour FROM per
        UNION SELECT topic_id, first_open FROM per WHERE first_open IS NOT NULL
        UNION SELECT topic_id, unnest(${arrived.hours}::bigint[]) FROM per
      ),
      ${countedMinutes},
      fine AS (
        SELECT k.topic_id, min(minute) AS first_minute,
          min(minute) FILTER (WHERE n > closed AND minute / 60 = p.first_open) AS open_minute, ${arrived.ofMinutes}
        FROM minutes JOIN k ON k.id = minutes.kind JOIN per p ON p.topic_id = k.topic_id GROUP BY k.topic_id
      )
      SELECT p.topic_id AS "topicId", conventions, open::int AS open, total::int AS total, groups::int AS "failureGroups",
        (SELECT d.at ${inOrder} AND d.at >= ${beginOfMinute(Prisma.sql`f.first_minute`)} ORDER BY d.at LIMIT 1) AS "oldestAt",
        (SELECT d.at ${inOrder} AND d.at < ${beginOf(Prisma.sql`p.last + 1`)} ORDER BY d.at DESC LIMIT 1) AS "newestAt",
        (SELECT d.at ${inOrder} AND ${openInOrder} AND d.at >= ${beginOfMinute(Prisma.sql`f.open_minute`)} ORDER BY d.at LIMIT 1)
          AS "oldestOpenAt",
        ${arrived.numbers(own)}
      FROM per p LEFT JOIN fine f ON f.topic_id = p.topic_id`;
  },

  /** How far the index is behind the last stable offsets. A topic that was never looked at is left out. */
  async indexStates(clusterId: string, topicIds: readonly string[]): Promise<IndexState[]> {
    return db.$queryRaw<IndexState[]>`
      SELECT topic_id AS "topicId", sum(greatest(last_stable - next_offset, 0))::bigint AS "behindRecords", min(as_of) AS "asOf"
      FROM index_cursor WHERE cluster_id = ${clusterId} AND topic_id = ANY(${[...topicIds]}::text[]) GROUP BY topic_id`;
  },
});
export type DeadLetterSummaryStore = ReturnType<typeof createDeadLetterSummaryStore>;
