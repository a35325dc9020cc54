import { Prisma } from '#generated/prisma/client.ts';
import type { FieldName } from '#lib/domain/dead-letters/filter/fields.ts';
import { filterColumns } from './dead-letter-filter.ts';
import { likeLiteral } from './like-literal.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

export type SeenValue = { value: string; count: number };

/** Looked through for values; what is older is not offered. */
const newestRows = 5000;
const newestHeaders = 500;

/** Values that the newest rows of a topic have, for completing a filter. By index, so that it takes the same time in a large topic. */
export const createDeadLetterValueStore = (db: PrismaScope) => ({
  /** Of a column: those with this text in them, most frequent first. */
  ofField(place: TopicPlace, field: FieldName, text: string, limit: number): Promise<SeenValue[]> {
    return db.$queryRaw<SeenValue[]>`
      SELECT v AS value, count(*)::int AS count FROM (
        SELECT ${filterColumns[field]} AS v FROM dead_letter d ${
          field === 'disposition'
            ? Prisma.sql`LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
                AND x.partition = d.partition AND x."offset" = d."offset"`
            : Prisma.empty
        }
        WHERE d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId} ORDER BY d.at DESC LIMIT ${newestRows}
      ) newest
      WHERE v ILIKE ${`%${likeLiteral(text)}%`} GROUP BY v ORDER BY count(*) DESC, v LIMIT ${limit}`;
  },

  /** Names of headers with this text in them, most frequent first. */
  headerNames(place: TopicPlace, text: string, limit: number): Promise<SeenValue[]> {
    return db.$queryRaw<SeenValue[]>`
      SELECT k AS value, count(*)::int AS count FROM (
        SELECT d.headers FROM dead_letter d
        WHERE d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId} ORDER BY d.at DESC LIMIT ${newestHeaders}
      ) newest, jsonb_object_keys(newest.headers) AS k
      WHERE k <> '' AND k ILIKE ${`%${likeLiteral(text)}%`} GROUP BY k ORDER BY count(*) DESC, k LIMIT ${limit}`;
  },
});
export type DeadLetterValueStore = ReturnType<typeof createDeadLetterValueStore>;
