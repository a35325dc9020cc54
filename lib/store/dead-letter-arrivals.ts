import { inLog } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';

export type TopicArrivals = { cluster: string; topic: string; arrived: number };

/** How many dead letters came in, topic by topic. Reads by index only what is newer than asked for. */
export const createDeadLetterArrivalStore = (db: PrismaScope) => ({
  /** Since `since`, of every indexed dead-letter topic that is there now; one that was never looked at is left out. */
  since: (since: Date): Promise<TopicArrivals[]> =>
    db.$queryRaw<TopicArrivals[]>`
      SELECT t.cluster, t.topic, (
        SELECT count(*) FROM dead_letter d
        LEFT JOIN index_cursor c ON c.cluster_id = d.cluster_id AND c.topic_id = d.topic_id AND c.partition = d.partition
        WHERE d.cluster_id = t.cluster_id AND d.topic_id = t.topic_id AND d.at >= ${since}::timestamptz AND ${inLog}
      )::int AS arrived
      FROM dead_letter_topic t
      WHERE t.gone_at IS NULL AND t.kind = 'dead_letter'
        AND EXISTS (SELECT 1 FROM index_cursor i WHERE i.cluster_id = t.cluster_id AND i.topic_id = t.topic_id)`,
});
export type DeadLetterArrivalStore = ReturnType<typeof createDeadLetterArrivalStore>;
