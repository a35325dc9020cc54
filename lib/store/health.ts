import type { PrismaScope } from './prisma.ts';

/** What readiness asks the database: when workers and the collector last showed themselves. */
export const createHealthStore = (db: PrismaScope) => ({
  /** By database time, so that no process's clock matters. */
  async workerSeenWithin(ms: number): Promise<boolean> {
    const rows = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM worker WHERE seen_at > clock_timestamp() - ${ms} * interval '1 millisecond' LIMIT 1`;
    return rows.length > 0;
  },

  /** Last state of each cluster as the collector saw it, with the age of its last try. */
  clusterStates: (): Promise<{ cluster: string; state: string; ageMs: number }[]> =>
    db.$queryRaw`
      SELECT cluster, state, (extract(epoch FROM clock_timestamp() - tried_at) * 1000)::float8 AS "ageMs"
      FROM cluster_snapshot`,
});
export type HealthStore = ReturnType<typeof createHealthStore>;
