import type { PrismaScope } from './prisma.ts';

export type ReturnedLetter = {
  batchId: string;
  /** Where the replayed record had landed. */
  landed: { partition: number; offset: bigint };
  /** The dead letter that it became. */
  topicId: string;
  partition: number;
  offset: bigint;
  at: Date;
};

export type Watermark = { partition: number; committed: bigint | null };

/** What verification learns: returns, and how far the target group has come on the landing partitions. */
export const createReplayReturnStore = (db: PrismaScope) => ({
  /**
   * Notes how far the dead-letter index has come, as long as no shard has intended to send anything; the first note of a partition stands. Letters that
   * are not indexed by then may still be told as returns: a person looks at these, and would not look at one that is left out.
   */
  async noteIndexStart(replayId: string, clusterId: string): Promise<void> {
    await db.$executeRaw`
      INSERT INTO replay_index_start (replay_id, topic_id, partition, next_offset)
      SELECT ${replayId}, topic_id, partition, next_offset FROM index_cursor
      WHERE cluster_id = ${clusterId} AND NOT EXISTS (SELECT 1 FROM replay_batch WHERE replay_id = ${replayId})
      ON CONFLICT DO NOTHING`;
  },

  /**
   * Dead letters whose last hop is a place where this replay landed: came-back by the
   * ledger, not by headers (invariant 10). Those already noted are left out, and those that were there before it sent: an earlier topic of the
   * destination's name had the same places.
   */
  async find(replayId: string, destinationTopic: string): Promise<ReturnedLetter[]> {
    const rows = await db.$queryRaw<
      {
        batchId: string;
        lp: number;
        lo: bigint;
        topicId: string;
        partition: number;
        offset: bigint;
        at: Date;
      }[]
    >`
      SELECT l.batch_id AS "batchId", l.partition AS lp, d.hop_offset AS lo, d.topic_id AS "topicId", d.partition, d."offset", d.at
      FROM replay o JOIN replay_landing l ON l.replay_id = o.id AND l.topic_id = o.destination_topic_id
      JOIN dead_letter d ON d.cluster_id = l.cluster_id AND d.hop_topic = ${destinationTopic}
        AND d.hop_partition = l.partition AND d.hop_offset BETWEEN l.first_offset AND l.last_offset
      WHERE o.id = ${replayId}
        AND NOT EXISTS (SELECT 1 FROM replay_index_start s WHERE s.replay_id = o.id
          AND s.topic_id = d.topic_id AND s.partition = d.partition AND d."offset" < s.next_offset)
        AND NOT EXISTS (SELECT 1 FROM replay_return r WHERE r.replay_id = l.replay_id
          AND r.topic_id = d.topic_id AND r.partition = d.partition AND r."offset" = d."offset")`;
    return rows.map(({ lp, lo, ...row }) => ({ ...row, landed: { partition: lp, offset: lo } }));
  },

  async add(
    replayId: string,
    returns: readonly { ordinal: number; letter: ReturnedLetter }[],
  ): Promise<void> {
    await db.replayReturn.createMany({
      data: returns.map(({ ordinal, letter }) => ({
        replayId,
        ordinal,
        topicId: letter.topicId,
        partition: letter.partition,
        offset: letter.offset,
        at: letter.at,
      })),
      skipDuplicates: true,
    });
  },

  /** Ordinals that came back. */
  async ordinals(replayId: string): Promise<Set<number>> {
    const rows = await db.replayReturn.findMany({ where: { replayId }, select: { ordinal: true } });
    return new Set(rows.map((row) => row.ordinal));
  },

  /** The dead letters that its records became, in their order. */
  async letters(
    replayId: string,
  ): Promise<{ topic: string; topicId: string; partition: number; offset: bigint }[]> {
    return db.$queryRaw`
      SELECT t.topic, r.topic_id AS "topicId", r.partition, r."offset"
      FROM replay_return r JOIN replay o ON o.id = r.replay_id
      JOIN dead_letter_topic t ON t.cluster_id = o.cluster_id AND t.topic_id = r.topic_id
      WHERE r.replay_id = ${replayId} ORDER BY t.topic, r.partition, r."offset"`;
  },

  async noteWatermarks(replayId: string, watermarks: readonly Watermark[], at: Date): Promise<void> {
    for (const { partition, committed } of watermarks)
      await db.replayWatermark.upsert({
        where: { replayId_partition: { replayId, partition } },
        create: { replayId, partition, committed, asOf: at },
        update: { committed, asOf: at },
      });
  },

  async watermarks(replayId: string): Promise<Map<number, bigint | null>> {
    const rows = await db.replayWatermark.findMany({ where: { replayId } });
    return new Map(rows.map((row) => [row.partition, row.committed]));
  },

  /** The time up to which every dead-letter topic of the cluster has been read to its end; null when that is not known. */
  async indexedUpTo(clusterId: string): Promise<Date | null> {
    const rows = await db.$queryRaw<{ at: Date | null; behind: boolean | null }[]>`
      SELECT min(c.as_of) AS at, bool_or(c.next_offset < c.last_stable) AS behind
      FROM index_cursor c JOIN dead_letter_topic t ON t.cluster_id = c.cluster_id AND t.topic_id = c.topic_id
      WHERE c.cluster_id = ${clusterId} AND t.gone_at IS NULL`;
    const row = rows[0];
    return row?.behind === false ? row.at : null;
  },
});
export type ReplayReturnStore = ReturnType<typeof createReplayReturnStore>;
