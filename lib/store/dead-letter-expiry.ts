import { Prisma } from '#generated/prisma/client.ts';
import type { ExpiryCause, ExpirySureness } from '#lib/domain/dead-letters/expiry.ts';
import { inLog, joined } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';

/** The first record of a partition that somebody still has to decide on. */
export type FirstOpen = {
  topicId: string;
  partition: number;
  offset: bigint;
  at: Date;
  /** The latest time among it and what is before it in the log. */
  newestUpTo: Date;
};

/** Of the open pointers of a topic into one partition: the one whose source is the oldest. */
export type FirstPointer = {
  topicId: string;
  partition: number;
  offset: bigint;
  sourceTopic: string;
  sourcePartition: number;
  sourceOffset: bigint;
};

/** What the worker last worked out for a topic. */
export type TopicExpiry = {
  topicId: string;
  asOf: Date;
  /** Which goes first, and when; null when nothing is known to take what is open. */
  first: {
    at: Date;
    by: ExpiryCause;
    sure: ExpirySureness;
    partition: number;
    offset: bigint;
    /** Where the payload of a pointer stands; null for a record that has its own. */
    source: { topic: string; partition: number; offset: bigint } | null;
    /** Of the topic that it is in; null where it has none, or it was not told. Milliseconds. */
    retentionMs: number | null;
    segmentMs: number | null;
  } | null;
  /** Causes that could not be told of some partition. */
  notTold: readonly ExpiryCause[];
};

/** Joined, a database that has no statistics yet reads all decisions of the partition for each record: 10,000 took 9 s. */
const disposition = Prisma.sql`(SELECT x.disposition FROM dead_letter_disposition x WHERE x.cluster_id = d.cluster_id
  AND x.topic_id = d.topic_id AND x.partition = d.partition AND x."offset" = d."offset")`;

const undecided = (now: Date) => Prisma.sql`coalesce(${disposition}, 'open') IN ('open', 'came_back')
  AND NOT EXISTS (SELECT 1 FROM failure_state s WHERE s.cluster_id = d.cluster_id AND s.topic_id = d.topic_id
    AND s.fingerprint = d.fingerprint AND s.muted_until > ${now}::timestamptz)`;

/**
 * The latest time among the letters of a partition that lie `between`. As a list that is sorted by nothing: asked for the latest of a topic, the planner goes
 * through its letters from the newest on, which is all of them where these are the oldest.
 */
export const latestOf = (of: Prisma.Sql, between: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT max(b.at) FROM (SELECT at FROM dead_letter WHERE cluster_id = ${of}.cluster_id AND topic_id = ${of}.topic_id
    AND partition = ${of}.partition AND "offset" ${between} OFFSET 0) b)`;

/** The clock on dead letters: what is open and goes first, and what was worked out about it. Muted failure groups are left out. */
export const createDeadLetterExpiryStore = (db: PrismaScope) => ({
  /** The first of each partition that is open or came back; a partition without one is left out. */
  async firstOpen(clusterId: string, topicIds: readonly string[], now: Date): Promise<FirstOpen[]> {
    return db.$queryRaw<FirstOpen[]>`
      SELECT c.topic_id AS "topicId", c.partition, f."offset", f.at,
        ${latestOf(Prisma.sql`c`, Prisma.sql`BETWEEN c.log_start AND f."offset"`)} AS "newestUpTo"
      FROM index_cursor c CROSS JOIN LATERAL (
        SELECT d."offset", d.at FROM dead_letter d
        WHERE d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id AND d.partition = c.partition
          AND d."offset" >= c.log_start AND ${undecided(now)}
        ORDER BY d."offset" LIMIT 1
      ) f
      WHERE c.cluster_id = ${clusterId} AND c.topic_id = ANY(${[...topicIds]}::text[])`;
  },

  /** The oldest source of each partition that open pointers point into. */
  async firstPointers(
    clusterId: string,
    topicIds: readonly string[],
    now: Date,
    limit: number,
  ): Promise<FirstPointer[]> {
    return db.$queryRaw<FirstPointer[]>`
      SELECT DISTINCT ON (d.topic_id, d.hop_topic, d.hop_partition) d.topic_id AS "topicId", d.partition, d."offset",
        d.hop_topic AS "sourceTopic", d.hop_partition AS "sourcePartition", d.hop_offset AS "sourceOffset"
      ${joined} WHERE d.cluster_id = ${clusterId} AND d.topic_id = ANY(${[...topicIds]}::text[]) AND d.pointer
        AND d.hop_topic IS NOT NULL AND d.hop_partition IS NOT NULL AND d.hop_offset IS NOT NULL AND ${inLog} AND ${undecided(now)}
      ORDER BY d.topic_id, d.hop_topic, d.hop_partition, d.hop_offset LIMIT ${limit}`;
  },

  /** Replaces what was known of these topics. Call inside a transaction. */
  async save(clusterId: string, expiries: readonly TopicExpiry[]): Promise<void> {
    await db.deadLetterExpiry.deleteMany({
      where: { clusterId, topicId: { in: expiries.map((each) => each.topicId) } },
    });
    await db.deadLetterExpiry.createMany({
      data: expiries.map(({ topicId, asOf, first, notTold }) => ({
        clusterId,
        topicId,
        asOf,
        notTold: [...notTold],
        ...(first && {
          expiresAt: first.at,
          cause: first.by,
          sure: first.sure,
          partition: first.partition,
          offset: first.offset,
          sourceTopic: first.source?.topic ?? null,
          sourcePartition: first.source?.partition ?? null,
          sourceOffset: first.source?.offset ?? null,
          retentionMs: first.retentionMs,
          segmentMs: first.segmentMs,
        }),
      })),
    });
  },

  /** A topic that was never looked at is left out. */
  async of(clusterId: string, topicIds: readonly string[]): Promise<TopicExpiry[]> {
    const rows = await db.deadLetterExpiry.findMany({ where: { clusterId, topicId: { in: [...topicIds] } } });
    return rows.map((row) => ({
      topicId: row.topicId,
      asOf: row.asOf,
      notTold: row.notTold as ExpiryCause[],
      first:
        row.expiresAt === null || row.partition === null || row.offset === null
          ? null
          : {
              at: row.expiresAt,
              by: row.cause as ExpiryCause,
              sure: row.sure as ExpirySureness,
              partition: row.partition,
              offset: row.offset,
              source:
                row.sourceTopic === null || row.sourcePartition === null || row.sourceOffset === null
                  ? null
                  : { topic: row.sourceTopic, partition: row.sourcePartition, offset: row.sourceOffset },
              retentionMs: row.retentionMs,
              segmentMs: row.segmentMs,
            },
    }));
  },
});
export type DeadLetterExpiryStore = ReturnType<typeof createDeadLetterExpiryStore>;
