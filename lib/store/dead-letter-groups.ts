import { Prisma } from '#generated/prisma/client.ts';
import type { Convention, FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import {
  arrivedSince,
  beginOf,
  beginOfMinute,
  countedHours,
  countedMinutes,
  lettersInLog,
  lettersInOrder,
} from './dead-letter-counts.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

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
  partitions: number;
  firstAt: Date;
  lastAt: Date;
  m5: number;
  h1: number;
  samplePartition: number;
  sampleOffset: bigint;
};
export type GroupCursor = { open: number; count: number; fingerprint: string };
/** How many of a failure group fall into a step of time; steps are numbered from the epoch. */
export type StepCount = { fingerprint: string; step: bigint; count: number };

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
const scopeOf = ({ clusterId, topicId }: TopicPlace) => ({ clusterId, topicIds: [topicId], without: [] });

/** After which group a page begins. */
export const groupsAfter = (after: GroupCursor | null): Prisma.Sql =>
  after
    ? Prisma.sql`WHERE (open, count, fingerprint) < (${after.open}::bigint, ${after.count}::bigint, ${after.fingerprint})`
    : Prisma.empty;

/** Failure groups of a whole topic, in numbers that take no longer the more letters there are. Everything counts what is in the log now. */
export const createDeadLetterGroupStore = (db: PrismaScope) => ({
  /** Most open first. What a group is called is the word of its newest letter. */
  async failureGroups(
    place: TopicPlace,
    page: { limit: number; after: GroupCursor | null },
    now: Date,
  ): Promise<FailureGroupRow[]> {
    const arrived = arrivedSince({
      m5: new Date(now.getTime() - 5 * minuteMs),
      h1: new Date(now.getTime() - hourMs),
    });
    const own = Prisma.sql`d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId} AND d.fingerprint = p.fingerprint`;
    const inOrder = Prisma.sql`${lettersInOrder(place.clusterId, Prisma.sql`${place.topicId}`)} AND d.fingerprint = p.fingerprint`;
    return db.$queryRaw<FailureGroupRow[]>`
      WITH ${countedHours(scopeOf(place))},
      groups AS (
        SELECT k.fingerprint, min(k.convention) AS convention,
          CASE WHEN count(DISTINCT k.origin_group) FILTER (WHERE k.origin_group <> '') = 1 THEN max(k.origin_group) END AS "group",
          sum(n) AS count, sum(n - closed) AS open, count(DISTINCT partition) AS partitions, min(hour) AS first, max(hour) AS last,
          ${arrived.ofHours}
        FROM hours JOIN k ON k.id = hours.kind GROUP BY k.fingerprint
      ),
      page AS MATERIALIZED (
        SELECT * FROM groups ${groupsAfter(page.after)} ORDER BY open DESC, count DESC, fingerprint DESC LIMIT ${page.limit}
      ),
      span AS MATERIALIZED (
        SELECT ${place.topicId} AS topic_id, first AS hour FROM page
        UNION SELECT ${place.topicId}, unnest(${arrived.hours}::bigint[])
      ),
      ${countedMinutes},
      fine AS (
        SELECT k.fingerprint, min(minute) AS first_minute, ${arrived.ofMinutes}
        FROM minutes JOIN k ON k.id = minutes.kind GROUP BY k.fingerprint
      )
      SELECT p.fingerprint, p.convention, p."group" AS "originGroup", p.count::int AS count, p.open::int AS open,
        p.partitions::int AS partitions, newest.exception_class AS "exceptionClass", newest.message_pattern AS "messagePattern",
        newest.top_frame AS "topFrame", newest.verdict, newest.origin_topic AS "originTopic", newest.at AS "lastAt",
        newest.partition AS "samplePartition", newest."offset" AS "sampleOffset", oldest.at AS "firstAt", ${arrived.numbers(own)}
      FROM page p LEFT JOIN fine f ON f.fingerprint = p.fingerprint
      CROSS JOIN LATERAL (
        SELECT d.* ${inOrder} AND d.at < ${beginOf(Prisma.sql`p.last + 1`)}
        ORDER BY d.at DESC, d.partition DESC, d."offset" DESC LIMIT 1
      ) newest
      CROSS JOIN LATERAL (
        SELECT d.at ${inOrder} AND d.at >= ${beginOfMinute(Prisma.sql`f.first_minute`)} ORDER BY d.at LIMIT 1
      ) oldest
      ORDER BY p.open DESC, p.count DESC, p.fingerprint DESC`;
  },

  /** Times of the oldest and newest letter, and how many there are; null when there is none. */
  async span(place: TopicPlace): Promise<{ first: Date; last: Date; count: number } | null> {
    const inOrder = lettersInOrder(place.clusterId, Prisma.sql`${place.topicId}`);
    const rows = await db.$queryRaw<{ first: Date; last: Date; count: number }[]>`
      WITH ${countedHours(scopeOf(place))},
      p AS MATERIALIZED (SELECT min(hour) AS first, max(hour) AS last, sum(n)::int AS count FROM hours),
      span AS MATERIALIZED (SELECT ${place.topicId} AS topic_id, first AS hour FROM p),
      ${countedMinutes},
      f AS MATERIALIZED (SELECT min(minute) AS first_minute FROM minutes)
      SELECT (SELECT d.at ${inOrder} AND d.at >= ${beginOfMinute(Prisma.sql`f.first_minute`)} ORDER BY d.at LIMIT 1) AS first,
        (SELECT d.at ${inOrder} AND d.at < ${beginOf(Prisma.sql`p.last + 1`)} ORDER BY d.at DESC LIMIT 1) AS last, count
      FROM p CROSS JOIN f WHERE count > 0`;
    return rows[0] ?? null;
  },

  /**
   * Counts by failure group and step of time. Empty ones are left out.
   * @param stepMs whole minutes below an hour, whole hours from there on; anything else is counted from rows, all of them
   */
  async histogram(place: TopicPlace, fingerprints: readonly string[], stepMs: number): Promise<StepCount[]> {
    const wanted = [...fingerprints];
    if (wanted.length === 0) return [];
    if (stepMs % minuteMs !== 0)
      return db.$queryRaw<StepCount[]>`
        SELECT d.fingerprint, floor(extract(epoch FROM d.at) * 1000 / ${stepMs}::numeric)::bigint AS step, count(*)::int AS count
        ${lettersInLog} AND d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId} AND d.fingerprint = ANY(${wanted}::text[])
        GROUP BY 1, 2`;
    const source =
      stepMs % hourMs === 0
        ? Prisma.sql`SELECT k.fingerprint, hour / ${stepMs / hourMs}::bigint AS step, n FROM hours JOIN k ON k.id = hours.kind`
        : Prisma.sql`SELECT k.fingerprint, minute / ${stepMs / minuteMs}::bigint AS step, n FROM minutes JOIN k ON k.id = minutes.kind`;
    const minutes = Prisma.sql`, span AS MATERIALIZED (SELECT DISTINCT ${place.topicId} AS topic_id, hour FROM hours), ${countedMinutes}`;
    return db.$queryRaw<StepCount[]>`
      WITH ${countedHours(scopeOf(place))} ${stepMs % hourMs === 0 ? Prisma.empty : minutes}
      SELECT fingerprint, step, sum(n)::int AS count FROM (${source}) u
      WHERE fingerprint = ANY(${wanted}::text[]) GROUP BY 1, 2`;
  },
});
export type DeadLetterGroupStore = ReturnType<typeof createDeadLetterGroupStore>;
