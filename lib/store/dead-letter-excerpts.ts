import { Prisma } from '#generated/prisma/client.ts';
import type { Excerpt } from '#lib/domain/dead-letters/excerpt.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

type Place = { partition: number; offset: bigint };

/** Excerpts of values, beside the index (lib/domain/dead-letters/excerpt.ts). */
export const createDeadLetterExcerptStore = (db: PrismaScope) => ({
  /** Those of these rows that were made under this rule, by `partition:offset`. */
  async of(
    { clusterId, topicId }: TopicPlace,
    rule: string,
    places: readonly Place[],
  ): Promise<Map<string, Excerpt>> {
    const rows = await db.$queryRaw<(Place & { excerpt: Excerpt })[]>`
      SELECT e.partition, e."offset", e.excerpt
      FROM unnest(${places.map((each) => each.partition)}::int[], ${places.map((each) => each.offset)}::bigint[]) AS p(partition, "offset")
      JOIN dead_letter_excerpt e ON e.cluster_id = ${clusterId} AND e.topic_id = ${topicId}
        AND e.partition = p.partition AND e."offset" = p."offset"
      WHERE e.rule = ${rule}`;
    return new Map(rows.map((row) => [`${row.partition}:${row.offset}`, row.excerpt]));
  },

  /** Topics of a cluster, gone ones too, that hold excerpts under another rule than the one that they may have now. */
  async stale(clusterId: string, rules: ReadonlyMap<string, string>): Promise<string[]> {
    const made = Prisma.sql`e.cluster_id = t.cluster_id AND e.topic_id = t.topic_id`;
    // Two ranges of the index; no rule at all is below every one.
    const rows = await db.$queryRaw<{ topicId: string }[]>`
      SELECT t.topic_id AS "topicId" FROM dead_letter_topic t
      LEFT JOIN unnest(${[...rules.keys()]}::text[], ${[...rules.values()]}::text[]) AS k(topic_id, rule) ON k.topic_id = t.topic_id
      WHERE t.cluster_id = ${clusterId} AND (
        EXISTS (SELECT 1 FROM dead_letter_excerpt e WHERE ${made} AND e.rule < coalesce(k.rule, ''))
        OR EXISTS (SELECT 1 FROM dead_letter_excerpt e WHERE ${made} AND e.rule > coalesce(k.rule, '')))`;
    return rows.map((row) => row.topicId);
  },

  /** Removes up to `most` excerpts of records below the start of their log: what retention took is not kept here either. Says how many went. */
  async removeExpired(clusterId: string, most: number): Promise<number> {
    return db.$executeRaw`
      DELETE FROM dead_letter_excerpt x USING (
        SELECT e.cluster_id, e.topic_id, e.partition, e."offset" FROM index_cursor c
        JOIN dead_letter_excerpt e ON e.cluster_id = c.cluster_id AND e.topic_id = c.topic_id AND e.partition = c.partition
          AND e."offset" < c.log_start
        WHERE c.cluster_id = ${clusterId} LIMIT ${most}
      ) s
      WHERE x.cluster_id = s.cluster_id AND x.topic_id = s.topic_id AND x.partition = s.partition AND x."offset" = s."offset"`;
  },

  /** Removes up to `most` excerpts of a topic that were made under another rule. Says how many went. */
  async remove({ clusterId, topicId }: TopicPlace, keep: string | null, most: number): Promise<number> {
    return db.$executeRaw`
      DELETE FROM dead_letter_excerpt x USING (
        SELECT cluster_id, topic_id, partition, "offset" FROM dead_letter_excerpt
        WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND rule <> ${keep ?? ''} LIMIT ${most}
      ) s
      WHERE x.cluster_id = s.cluster_id AND x.topic_id = s.topic_id AND x.partition = s.partition AND x."offset" = s."offset"`;
  },
});
export type DeadLetterExcerptStore = ReturnType<typeof createDeadLetterExcerptStore>;
