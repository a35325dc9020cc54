import type { PrismaScope } from './prisma.ts';

export type WorkerRow = { id: string; startedAt: Date; seenAt: Date; policyHash: string };

/** Workers that have shown themselves; times are the database's. */
export const createWorkerStore = (db: PrismaScope) => ({
  /** Shows that this worker lives, and which policy file it has. */
  async beat(id: string, policyHash: string): Promise<void> {
    await db.$executeRaw`
      INSERT INTO worker (id, started_at, seen_at, policy_hash)
      VALUES (${id}, clock_timestamp(), clock_timestamp(), ${policyHash})
      ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), policy_hash = EXCLUDED.policy_hash`;
    await db.$executeRaw`DELETE FROM worker WHERE seen_at < clock_timestamp() - interval '1 day'`;
  },

  async leave(id: string): Promise<void> {
    await db.worker.deleteMany({ where: { id } });
  },

  /** Those seen within the time, newest first. */
  async seenWithin(ms: number): Promise<WorkerRow[]> {
    return db.$queryRaw<WorkerRow[]>`
      SELECT id, started_at AS "startedAt", seen_at AS "seenAt", policy_hash AS "policyHash" FROM worker
      WHERE seen_at > clock_timestamp() - ${ms} * interval '1 millisecond' ORDER BY started_at DESC`;
  },
});
export type WorkerStore = ReturnType<typeof createWorkerStore>;
