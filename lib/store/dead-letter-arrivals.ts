import { Prisma } from '#generated/prisma/client.ts';
import { arrivedSince, countedHours, countedMinutes } from './dead-letter-counts.ts';
import type { PrismaScope } from './prisma.ts';

export type TopicArrivals = { cluster: string; topic: string; arrived: number };
type Indexed = { clusterId: string; topicId: string; cluster: string; topic: string };

/** How many dead letters came in, topic by topic, from counts: no row is looked at but those of the minute in which the time lies. */
export const createDeadLetterArrivalStore = (db: PrismaScope) => {
  const ofCluster = async (clusterId: string, topicIds: readonly string[], since: Date) => {
    const counts = arrivedSince({ arrived: since });
    const own = Prisma.sql`d.cluster_id = ${clusterId} AND d.topic_id = p.topic_id`;
    return db.$queryRaw<{ topicId: string; arrived: number }[]>`
      WITH ${countedHours({ clusterId, topicIds, without: [] })},
      per AS (SELECT k.topic_id, ${counts.ofHours} FROM hours JOIN k ON k.id = hours.kind GROUP BY k.topic_id),
      span AS MATERIALIZED (SELECT topic_id, unnest(${counts.hours}::bigint[]) AS hour FROM per),
      ${countedMinutes},
      fine AS (SELECT k.topic_id, ${counts.ofMinutes} FROM minutes JOIN k ON k.id = minutes.kind GROUP BY k.topic_id)
      SELECT p.topic_id AS "topicId", ${counts.numbers(own)} FROM per p LEFT JOIN fine f ON f.topic_id = p.topic_id`;
  };

  return {
    /** Since `since`, of every indexed dead-letter topic that is there now; one that was never looked at is left out. */
    async since(since: Date): Promise<TopicArrivals[]> {
      const topics = await db.$queryRaw<Indexed[]>`
        SELECT t.cluster_id AS "clusterId", t.topic_id AS "topicId", t.cluster, t.topic FROM dead_letter_topic t
        WHERE t.gone_at IS NULL AND t.kind = 'dead_letter'
          AND EXISTS (SELECT 1 FROM index_cursor i WHERE i.cluster_id = t.cluster_id AND i.topic_id = t.topic_id)`;
      const perCluster = [...Map.groupBy(topics, (topic) => topic.clusterId)].map(([clusterId, indexed]) =>
        ofCluster(
          clusterId,
          indexed.map((topic) => topic.topicId),
          since,
        ),
      );
      const counts = (await Promise.all(perCluster)).flat();
      const arrivedIn = new Map(counts.map((each) => [each.topicId, each.arrived]));
      // No count is of none: every letter is counted.
      return topics.map(({ cluster, topic, topicId }) => ({
        cluster,
        topic,
        arrived: arrivedIn.get(topicId) ?? 0,
      }));
    },
  };
};
export type DeadLetterArrivalStore = ReturnType<typeof createDeadLetterArrivalStore>;
