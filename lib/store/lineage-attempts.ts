import { Prisma } from '#generated/prisma/client.ts';
import { textArray } from './array-literal.ts';
import type { PrismaScope } from './prisma.ts';

/** `state` is that of the replay now; null when its row is gone. */
export type EarlierAttempt = { replayId: string; state: string | null; records: number; at: Date };

/**
 * Of a note `a` and its replay `r`, which may be gone: whether it was an attempt. What was moved into a quarantine is noted too, since the ledger knows a
 * lineage by these rows; nobody processes it there, and so it counts towards no limit.
 */
export const wasAttempt = Prisma.sql`r.destination_kind IS DISTINCT FROM 'quarantine'`;

/** Attempts per lineage root, over topics and replays. */
export const createLineageAttemptStore = (db: PrismaScope) => ({
  /** The replays that have sent any of these roots to where they are processed, newest first, each with how many of them and how it ended. */
  async earlier(clusterId: string, lineageRoots: readonly string[]): Promise<EarlierAttempt[]> {
    return db.$queryRaw<EarlierAttempt[]>`
      SELECT a.replay_id AS "replayId", r.state, count(*)::int AS records, min(a.at) AS at FROM lineage_attempt a
      LEFT JOIN replay r ON r.id = a.replay_id
      WHERE a.cluster_id = ${clusterId} AND a.lineage_root = ANY(${[...lineageRoots]}::text[])
        AND ${wasAttempt}
      GROUP BY a.replay_id, r.state ORDER BY min(a.at) DESC LIMIT 100`;
  },

  /** Notes that a replay has sent (or is about to send) these roots; once per replay. */
  async add(clusterId: string, replayId: string, lineageRoots: readonly string[], at: Date): Promise<void> {
    await db.$executeRaw`
      INSERT INTO lineage_attempt (cluster_id, lineage_root, replay_id, at)
      SELECT DISTINCT ${clusterId}, root, ${replayId}, ${at}::timestamptz FROM unnest(${textArray(lineageRoots)}::text[]) AS r(root)
      ON CONFLICT DO NOTHING`;
  },

  /**
   * The same of roots that the replay has not sent yet, in a third of the time. Call in a transaction of its own.
   * @throws what `isUniqueViolation` tells, when it has sent one of them
   */
  async addNew(
    clusterId: string,
    replayId: string,
    lineageRoots: readonly string[],
    at: Date,
  ): Promise<void> {
    await db.$executeRaw`
      INSERT INTO lineage_attempt (cluster_id, lineage_root, replay_id, at)
      SELECT ${clusterId}, root, ${replayId}, ${at}::timestamptz
      FROM unnest(${textArray([...new Set(lineageRoots)])}::text[]) AS r(root)`;
  },

  /** Takes back what was noted of these roots for one replay. */
  async remove(clusterId: string, replayId: string, lineageRoots: readonly string[]): Promise<void> {
    await db.$executeRaw`
      DELETE FROM lineage_attempt USING unnest(${textArray(lineageRoots)}::text[]) AS r(root)
      WHERE cluster_id = ${clusterId} AND lineage_root = root AND replay_id = ${replayId}`;
  },
});
export type LineageAttemptStore = ReturnType<typeof createLineageAttemptStore>;
