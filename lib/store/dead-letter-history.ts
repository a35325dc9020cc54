import { Prisma } from '#generated/prisma/client.ts';
import type { PrismaScope } from './prisma.ts';

export type PartitionPlace = { clusterId: string; topicId: string; partition: number };
export type Dropped = {
  /** How many rows went. */
  dropped: number;
  /** The last offset that was looked at; null when there was nothing (more) to look at. */
  lookedTo: bigint | null;
};

/** A replay has taken up the lineage, has put the record where this letter came from, or has copied it: the ledger tells of it. */
const toldByLedger = Prisma.sql`(
  EXISTS (SELECT 1 FROM lineage_attempt a WHERE a.cluster_id = d.cluster_id AND a.lineage_root = d.lineage_root)
  OR EXISTS (
    SELECT 1 FROM replay r JOIN replay_landing l ON l.replay_id = r.id
    WHERE r.cluster_id = d.cluster_id AND r.destination_topic = d.hop_topic
      AND l.partition = d.hop_partition AND d.hop_offset BETWEEN l.first_offset AND l.last_offset)
  OR EXISTS (
    SELECT 1 FROM dead_letter_copy k WHERE k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id AND k.partition = d.partition
      AND k."offset" = d."offset"))`;

/** Rows below the start of the log: they are history, and go once nobody needs them. */
export const createDeadLetterHistoryStore = (db: PrismaScope) => ({
  /** Partitions that hold rows below the start of their log. */
  async partitions(clusterId: string): Promise<PartitionPlace[]> {
    return db.$queryRaw<PartitionPlace[]>`
      SELECT c.cluster_id AS "clusterId", c.topic_id AS "topicId", c.partition FROM index_cursor c
      WHERE c.cluster_id = ${clusterId} AND EXISTS (SELECT 1 FROM dead_letter d
        WHERE d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id AND d.partition = c.partition AND d."offset" < c.log_start)`;
  },

  /**
   * Looks at up to `most` rows below the log start, after an offset, and drops those that retention took before `before` without anybody having
   * decided about them, and that no replay has to do with. What was dismissed, replayed or came back stays, for the audit and the ledger.
   * Drops nothing while somebody writes to the topic. Call inside a transaction.
   */
  async dropBelow(
    { clusterId, topicId, partition }: PartitionPlace,
    after: bigint,
    before: Date,
    most: number,
  ): Promise<Dropped> {
    const [lock] = await db.$queryRaw<{ mine: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(dead_letter_count_lock(${clusterId}, ${topicId})) AS mine`;
    if (!lock?.mine) return { dropped: 0, lookedTo: null };
    const here = Prisma.sql`cluster_id = ${clusterId} AND topic_id = ${topicId} AND partition = ${partition}`;
    const [looked] = await db.$queryRaw<{ lookedTo: bigint | null; offsets: bigint[] | null }[]>`
      WITH looked AS MATERIALIZED (
        SELECT d.* FROM dead_letter d
        WHERE ${here} AND "offset" > ${after} AND "offset" < (SELECT log_start FROM index_cursor WHERE ${here})
        ORDER BY "offset" LIMIT ${most}
      ),
      free AS MATERIALIZED (
        SELECT d."offset" FROM looked d JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
          AND x.partition = d.partition AND x."offset" = d."offset"
        WHERE x.disposition IN ('expired', 'unrecoverable') AND x.replay_id IS NULL AND x.at < ${before}::timestamptz AND NOT ${toldByLedger}
        FOR UPDATE OF x SKIP LOCKED
      )
      SELECT (SELECT max("offset") FROM looked) AS "lookedTo", (SELECT array_agg("offset") FROM free) AS offsets`;
    const offsets = looked?.offsets ?? [];
    if (offsets.length > 0) {
      // One statement each, dispositions first: each is counted by what it finds of the other.
      await db.$executeRaw`DELETE FROM dead_letter_disposition WHERE ${here} AND "offset" = ANY(${offsets}::bigint[])`;
      await db.$executeRaw`DELETE FROM dead_letter_excerpt WHERE ${here} AND "offset" = ANY(${offsets}::bigint[])`;
      await db.$executeRaw`DELETE FROM dead_letter WHERE ${here} AND "offset" = ANY(${offsets}::bigint[])`;
    }
    return { dropped: offsets.length, lookedTo: looked?.lookedTo ?? null };
  },
});
export type DeadLetterHistoryStore = ReturnType<typeof createDeadLetterHistoryStore>;
