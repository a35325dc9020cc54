import type { PrismaScope } from './prisma.ts';

/** A partition that pointers point into. */
export type PointerSource = { topic: string; partition: number };

/** Dead letters without a payload of their own, by where that is. A decision that somebody made stays; only open ones change. */
export const createDeadLetterPointerStore = (db: PrismaScope) => ({
  /** Where the pointers of one dead-letter topic point to. Looks at all of its rows: ask once, then keep up. */
  async sources(clusterId: string, topicId: string, limit: number): Promise<PointerSource[]> {
    return db.$queryRaw<PointerSource[]>`
      SELECT DISTINCT hop_topic AS topic, hop_partition AS partition FROM dead_letter
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND pointer
        AND hop_topic IS NOT NULL AND hop_partition IS NOT NULL LIMIT ${limit}`;
  },

  /**
   * The log of a source starts here now (null: the topic is gone): open pointers below it become `unrecoverable`.
   * @returns how many
   */
  async loseBelow(
    clusterId: string,
    source: PointerSource,
    logStart: bigint | null,
    at: Date,
  ): Promise<number> {
    const reason =
      logStart === null
        ? `the source topic ${source.topic} was deleted`
        : `the source has expired: ${source.topic}-${source.partition} starts at ${logStart}`;
    return db.$executeRaw`
      INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, reason, by, at)
      SELECT cluster_id, topic_id, partition, "offset", 'unrecoverable', ${reason}, 'indexer', ${at}::timestamptz
      FROM dead_letter
      WHERE cluster_id = ${clusterId} AND hop_topic = ${source.topic} AND hop_partition = ${source.partition}
        AND (${logStart}::bigint IS NULL OR hop_offset < ${logStart}::bigint) AND pointer
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO NOTHING`;
  },
});
export type DeadLetterPointerStore = ReturnType<typeof createDeadLetterPointerStore>;
