import type { PrismaScope } from './prisma.ts';

/** Any constant: of the advisory lock that keeps two from adding up at once. */
const lockKey = 7_264_307;
/** Of the rows that only say that something has changed: they are counted every second while somebody watches. */
const changesKept = 1000;

/** Adds up what changes of dead letters have left. What is read stays the same: each delta is either still there or in the sums. */
export const createDeadLetterCompactionStore = (db: PrismaScope) => ({
  /**
   * Adds up to `most` deltas to the counts by minute and hour; counts that have become 0 go. Call inside a transaction.
   * @returns how many deltas were added; 0 also when another is at it
   */
  async addUp(most: number): Promise<number> {
    const [lock] = await db.$queryRaw<
      { mine: boolean }[]
    >`SELECT pg_try_advisory_xact_lock(${lockKey}::bigint) AS mine`;
    if (!lock?.mine) return 0;
    const [added] = await db.$queryRaw<{ deltas: number; emptied: number[] | null }[]>`
      WITH taken AS (
        DELETE FROM dead_letter_delta WHERE id IN (SELECT id FROM dead_letter_delta ORDER BY id LIMIT ${most})
        RETURNING kind, partition, chunk, minute, n, closed
      ),
      by_minute AS MATERIALIZED (
        SELECT kind, minute, partition, chunk, sum(n) AS n, sum(closed) AS closed FROM taken
        GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 OR sum(closed) <> 0
      ),
      minutes AS (
        INSERT INTO dead_letter_minute AS m (kind, minute, partition, chunk, n, closed) SELECT * FROM by_minute ORDER BY 1, 2, 3, 4
        ON CONFLICT (kind, minute, partition, chunk) DO UPDATE SET n = m.n + EXCLUDED.n, closed = m.closed + EXCLUDED.closed
        RETURNING kind, n
      ),
      hours AS (
        INSERT INTO dead_letter_hour AS h (kind, hour, partition, chunk, n, closed)
        SELECT kind, minute / 60, partition, chunk, sum(n), sum(closed) FROM by_minute GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (kind, hour, partition, chunk) DO UPDATE SET n = h.n + EXCLUDED.n, closed = h.closed + EXCLUDED.closed
        RETURNING kind, n
      )
      SELECT (SELECT count(*) FROM taken)::int AS deltas, (SELECT array_agg(DISTINCT kind) FROM (
        SELECT kind FROM minutes WHERE n = 0 UNION ALL SELECT kind FROM hours WHERE n = 0) z) AS emptied`;
    await db.$executeRaw`DELETE FROM dead_letter_change WHERE id < (SELECT max(id) FROM dead_letter_change) - ${changesKept}`;
    const emptied = added?.emptied ?? [];
    if (emptied.length > 0) {
      await db.$executeRaw`DELETE FROM dead_letter_minute WHERE kind = ANY(${emptied}::int[]) AND n = 0 AND closed = 0`;
      await db.$executeRaw`DELETE FROM dead_letter_hour WHERE kind = ANY(${emptied}::int[]) AND n = 0 AND closed = 0`;
    }
    return added?.deltas ?? 0;
  },
});
export type DeadLetterCompactionStore = ReturnType<typeof createDeadLetterCompactionStore>;
