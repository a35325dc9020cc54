import type { PrismaScope } from './prisma.ts';

/**
 * What a replay holds from plan to end: one active replay per (lineage root, destination), and the dispositions of its records.
 * Call inside a transaction.
 */
export const createReplayReservationStore = (db: PrismaScope) => ({
  /**
   * Reserves every lineage root for the destination.
   * @returns who already holds which; when not empty, the caller rolls back
   */
  async reserve(
    replayId: string,
    target: { clusterId: string; destinationTopicId: string },
    lineageRoots: readonly string[],
  ): Promise<{ lineageRoot: string; replayId: string }[]> {
    // Sorted, so that two plans over the same records wait for each other instead of dead-locking.
    const roots = [...new Set(lineageRoots)];
    await db.$executeRaw`
      INSERT INTO replay_reservation (cluster_id, destination_topic_id, lineage_root, replay_id)
      SELECT ${target.clusterId}, ${target.destinationTopicId}, root, ${replayId}
      FROM unnest(${roots}::text[]) AS r(root) ORDER BY root COLLATE "C"
      ON CONFLICT DO NOTHING`;
    return this.holders(replayId, target, roots);
  },

  /** Other replays that hold one of these roots for this destination. */
  async holders(
    replayId: string,
    target: { clusterId: string; destinationTopicId: string },
    lineageRoots: readonly string[],
  ): Promise<{ lineageRoot: string; replayId: string }[]> {
    return db.$queryRaw<{ lineageRoot: string; replayId: string }[]>`
      SELECT lineage_root AS "lineageRoot", replay_id AS "replayId" FROM replay_reservation
      WHERE cluster_id = ${target.clusterId} AND destination_topic_id = ${target.destinationTopicId}
        AND lineage_root = ANY(${[...lineageRoots]}::text[]) AND replay_id <> ${replayId}`;
  },

  async release(replayId: string): Promise<void> {
    await db.replayReservation.deleteMany({ where: { replayId } });
  },
});
export type ReplayReservationStore = ReturnType<typeof createReplayReservationStore>;
