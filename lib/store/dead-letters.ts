import { Prisma } from '#generated/prisma/client.ts';
import { type FoundBy, readFoundBy } from '#lib/domain/dead-letters/found-by.ts';
import {
  type DeadLetterRecordRow,
  filtered,
  inLog,
  joined,
  joinedOneByOne,
  type RecordFilter,
  recordColumns,
} from './dead-letter-rows.ts';
import { likeLiteral } from './like-literal.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

export type TopicRow = {
  clusterId: string;
  topicId: string;
  cluster: string;
  topic: string;
  kind: 'dead_letter' | 'quarantine';
  flow: string | null;
  retentionMs: bigint | null;
  /** Why it is taken for one; empty until the indexer has looked again, for topics that were known before. */
  foundBy: readonly FoundBy[];
};
export type RecordPlace = TopicPlace & { partition: number; offset: bigint };
/** By partition the first offset that was not indexed yet. */
type IndexEnds = Readonly<Record<number, string>>;
/** Where a page of records ended. */
export type RecordCursor = { at: Date; partition: number; offset: bigint };

const topicSelect = {
  clusterId: true,
  topicId: true,
  cluster: true,
  topic: true,
  kind: true,
  flow: true,
  retentionMs: true,
  foundBy: true,
} as const;
const toTopic = <T extends { kind: string; foundBy: unknown }>(row: T) => ({
  ...row,
  kind: row.kind as TopicRow['kind'],
  foundBy: readFoundBy(row.foundBy),
});

export type RecordSearchFilter = RecordFilter & {
  text?: string | undefined;
  searchKeys: boolean;
  searchMessages: boolean;
  ends?: IndexEnds;
};

/**
 * `text` is looked for in exception class and message, and in the key when `searchKeys`; without a filter by disposition, what is below the log
 * start is left out; with `ends`, what was indexed after they were read.
 */
function searched(place: TopicPlace, filter: RecordSearchFilter): Prisma.Sql[] {
  const parts = [filtered(place, filter)];
  if (filter.disposition === undefined) parts.push(inLog);
  if (filter.ends)
    parts.push(
      Prisma.sql`d."offset" < coalesce((${JSON.stringify(filter.ends)}::jsonb ->> d.partition::text)::bigint, 0)`,
    );
  if (filter.text !== undefined && filter.text !== '') {
    const pattern = `%${likeLiteral(filter.text)}%`;
    const columns = [
      Prisma.sql`d.exception_class ILIKE ${pattern}`,
      Prisma.sql`d.origin_topic ILIKE ${pattern}`,
      ...(filter.searchMessages ? [Prisma.sql`d.exception_message ILIKE ${pattern}`] : []),
      ...(filter.searchKeys ? [Prisma.sql`d.key_text ILIKE ${pattern}`] : []),
    ];
    parts.push(Prisma.sql`(${Prisma.join(columns, ' OR ')})`);
  }
  return parts;
}

/** Outside of a transaction the settings are gone with the statement that makes them. */
async function inOrderOfIndex<T>(db: PrismaScope, ask: () => PromiseLike<T>): Promise<T> {
  const set = (to: 'off' | 'on') =>
    db.$executeRaw`SELECT set_config(name, ${to}, TRUE) FROM unnest(ARRAY['enable_sort', 'enable_seqscan', 'enable_bitmapscan']) AS name`;
  await set('off');
  const answer = await ask();
  await set('on');
  return answer;
}

/** Dead letters one by one. */
export const createDeadLetterStore = (db: PrismaScope) => ({
  /** Topics that are there now, by cluster and name. */
  async listTopics(page: {
    limit: number;
    after: { cluster: string; topic: string } | null;
  }): Promise<TopicRow[]> {
    const { after } = page;
    const rows = await db.deadLetterTopic.findMany({
      where: {
        goneAt: null,
        ...(after === null
          ? {}
          : {
              OR: [
                { cluster: { gt: after.cluster } },
                { cluster: after.cluster, topic: { gt: after.topic } },
              ],
            }),
      },
      orderBy: [{ cluster: 'asc' }, { topic: 'asc' }],
      take: page.limit,
      select: topicSelect,
    });
    return rows.map(toTopic);
  },

  /** All of a cluster's topics that are there now. */
  async topicsOf(cluster: string): Promise<TopicRow[]> {
    const rows = await db.deadLetterTopic.findMany({ where: { cluster, goneAt: null }, select: topicSelect });
    return rows.map(toTopic);
  },

  /** The topic of that name that is there now; null when none is. A recreated topic is another one. */
  async findTopic(cluster: string, topic: string): Promise<TopicRow | null> {
    const row = await db.deadLetterTopic.findFirst({
      where: { cluster, topic, goneAt: null },
      orderBy: { discoveredAt: 'desc' },
      select: topicSelect,
    });
    return row ? toTopic(row) : null;
  },

  /**
   * Newest first, after the cursor. Called in a transaction (`Database.within`), a page comes from the index that has this order wherever no other one could
   * find its letters sooner: of a topic that had just got a million, the planner would read and sort all for it.
   */
  async listRecords(
    place: TopicPlace,
    filter: RecordSearchFilter,
    page: { limit: number; after: RecordCursor | null },
  ): Promise<DeadLetterRecordRow[]> {
    const parts = searched(place, filter);
    if (page.after)
      parts.push(
        Prisma.sql`(d.at, d.partition, d."offset") < (${page.after.at}::timestamptz, ${page.after.partition}::int, ${page.after.offset}::bigint)`,
      );
    const list = () => db.$queryRaw<DeadLetterRecordRow[]>`
      SELECT ${recordColumns} ${joinedOneByOne} WHERE ${Prisma.join(parts, ' AND ')}
      ORDER BY d.at DESC, d.partition DESC, d."offset" DESC LIMIT ${page.limit}`;
    return filter.text || filter.matching ? list() : inOrderOfIndex(db, list);
  },

  /** How many there are, counted no further than `most`. */
  async countRecords(place: TopicPlace, filter: RecordSearchFilter, most: number): Promise<number> {
    const rows = await db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (
        SELECT 1 ${joined} WHERE ${Prisma.join(searched(place, filter), ' AND ')} LIMIT ${most}
      ) u`;
    return rows[0]?.count ?? 0;
  },

  /** How far the index has come, to read exactly what it holds now while more arrives. */
  async indexEnds({ clusterId, topicId }: TopicPlace): Promise<IndexEnds> {
    const cursors = await db.indexCursor.findMany({
      where: { clusterId, topicId },
      select: { partition: true, nextOffset: true },
    });
    return Object.fromEntries(cursors.map((each) => [each.partition, each.nextOffset.toString()]));
  },

  async findRecord(place: RecordPlace): Promise<DeadLetterRecordRow | null> {
    const rows = await db.$queryRaw<DeadLetterRecordRow[]>`
      SELECT ${recordColumns} ${joined}
      WHERE ${filtered(place, {})} AND d.partition = ${place.partition}::int AND d."offset" = ${place.offset}::bigint`;
    return rows[0] ?? null;
  },

  /** Replays that took up this lineage root, newest first. */
  async replaysOf(
    clusterId: string,
    lineageRoot: string,
  ): Promise<{ id: string; state: string; at: Date }[]> {
    return db.$queryRaw<{ id: string; state: string; at: Date }[]>`
      SELECT r.id, r.state, max(a.at) AS at FROM replay r JOIN (
        SELECT replay_id, at FROM lineage_attempt WHERE cluster_id = ${clusterId} AND lineage_root = ${lineageRoot}
        UNION ALL
        SELECT x.replay_id, x.at FROM dead_letter d JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id
          AND x.topic_id = d.topic_id AND x.partition = d.partition AND x."offset" = d."offset"
        WHERE d.cluster_id = ${clusterId} AND d.lineage_root = ${lineageRoot} AND x.replay_id IS NOT NULL
      ) a ON a.replay_id = r.id
      GROUP BY r.id, r.state ORDER BY max(a.at) DESC LIMIT 50`;
  },
});
export type DeadLetterStore = ReturnType<typeof createDeadLetterStore>;
