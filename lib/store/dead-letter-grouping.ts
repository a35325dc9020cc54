import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** A partition of which rows have still to be grouped anew: those from `nextOffset` to before `endOffset`. */
export type RegroupPosition = { topicId: string; partition: number; nextOffset: bigint; endOffset: bigint };
/** A topic whose rows are being grouped by the rules `target`. */
export type Regrouping = { topicId: string; rules: string; target: string; positions: RegroupPosition[] };
/** How far it has come, from 0 to 1. */
export type RegroupProgress = { topicId: string; startedAt: Date; done: number };

/** By which rules each topic's dead letters were grouped, and how far grouping them anew has come (docs/adr/0018). */
export const createDeadLetterGroupingStore = (db: PrismaScope) => ({
  /**
   * Notes by which rules these topics are grouped from now on, before anything is indexed by them. A topic that has been indexed by others begins to be
   * grouped anew, from its first row to where the index stands now. Call inside the transaction that notes the topics.
   */
  async note(
    clusterId: string,
    topics: readonly { topicId: string; rules: string }[],
    at: Date,
  ): Promise<void> {
    const ids = topics.map((each) => each.topicId);
    const rules = topics.map((each) => each.rules);
    // What was indexed before anybody wrote down the rules has empty ones.
    await db.$executeRaw`
      INSERT INTO dead_letter_grouping (cluster_id, topic_id, rules)
      SELECT ${clusterId}, t.id, CASE WHEN EXISTS (SELECT 1 FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = t.id)
        THEN '' ELSE t.rules END
      FROM unnest(${ids}::text[], ${rules}::text[]) AS t(id, rules) ON CONFLICT DO NOTHING`;
    const begun = await db.$queryRaw<{ topicId: string }[]>`
      UPDATE dead_letter_grouping g SET target = t.rules, started_at = ${at}::timestamptz, looked = 0, changed = 0, by_index = 0, kept = 0
      FROM unnest(${ids}::text[], ${rules}::text[]) AS t(id, rules)
      WHERE g.cluster_id = ${clusterId} AND g.topic_id = t.id AND coalesce(g.target, g.rules) <> t.rules
      RETURNING g.topic_id AS "topicId"`;
    if (begun.length === 0) return;
    const topicIds = begun.map((each) => each.topicId);
    await db.deadLetterRegrouped.deleteMany({ where: { clusterId, topicId: { in: topicIds } } });
    await db.$executeRaw`
      INSERT INTO dead_letter_regrouped (cluster_id, topic_id, partition, first_offset, next_offset, end_offset)
      SELECT c.cluster_id, c.topic_id, c.partition, f."offset", f."offset", c.next_offset FROM index_cursor c
      CROSS JOIN LATERAL (SELECT d."offset" FROM dead_letter d WHERE d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id
        AND d.partition = c.partition ORDER BY d."offset" LIMIT 1) f
      WHERE c.cluster_id = ${clusterId} AND c.topic_id = ANY(${topicIds}::text[]) AND f."offset" < c.next_offset`;
  },

  /** What is being grouped anew, with the partitions that are not done. */
  async underWay(clusterId: string): Promise<Regrouping[]> {
    const topics = await db.deadLetterGrouping.findMany({ where: { clusterId, target: { not: null } } });
    if (topics.length === 0) return [];
    const positions = await db.$queryRaw<RegroupPosition[]>`
      SELECT topic_id AS "topicId", partition, next_offset AS "nextOffset", end_offset AS "endOffset" FROM dead_letter_regrouped
      WHERE cluster_id = ${clusterId} AND next_offset < end_offset ORDER BY topic_id, partition`;
    return topics.flatMap(({ topicId, rules, target }) =>
      target === null
        ? []
        : [{ topicId, rules, target, positions: positions.filter((each) => each.topicId === topicId) }],
    );
  },

  /** Of those of these topics that are being grouped anew. */
  async progress(clusterId: string, topicIds: readonly string[]): Promise<RegroupProgress[]> {
    return db.$queryRaw<RegroupProgress[]>`
      SELECT g.topic_id AS "topicId", g.started_at AS "startedAt",
        coalesce(sum(p.next_offset - p.first_offset)::float / nullif(sum(p.end_offset - p.first_offset), 0), 1) AS done
      FROM dead_letter_grouping g LEFT JOIN dead_letter_regrouped p ON p.cluster_id = g.cluster_id AND p.topic_id = g.topic_id
      WHERE g.cluster_id = ${clusterId} AND g.topic_id = ANY(${[...topicIds]}::text[]) AND g.target IS NOT NULL
      GROUP BY g.topic_id, g.started_at`;
  },

  /**
   * All rows are grouped by `target` now. Call in the transaction that has dealt with what was held about the groups.
   * @returns how many rows it was about; null when the rules have changed meanwhile, or another has ended it
   */
  async end(
    { clusterId, topicId }: TopicPlace,
    target: string,
  ): Promise<{ looked: bigint; changed: bigint; byIndex: bigint; kept: bigint } | null> {
    const [ended] = await db.$queryRaw<{ looked: bigint; changed: bigint; byIndex: bigint; kept: bigint }[]>`
      UPDATE dead_letter_grouping g SET rules = target, target = NULL, started_at = NULL
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND target = ${target} AND NOT EXISTS (
        SELECT 1 FROM dead_letter_regrouped p WHERE p.cluster_id = g.cluster_id AND p.topic_id = g.topic_id AND p.next_offset < p.end_offset)
      RETURNING looked, changed, by_index AS "byIndex", kept`;
    if (!ended) return null;
    await db.deadLetterRegrouped.deleteMany({ where: { clusterId, topicId } });
    await db.deadLetterMove.deleteMany({ where: { clusterId, topicId } });
    return ended;
  },
});
export type DeadLetterGroupingStore = ReturnType<typeof createDeadLetterGroupingStore>;
