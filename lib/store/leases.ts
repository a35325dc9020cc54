import type { PrismaScope } from './prisma.ts';

export type Lease = { name: string; holder: string; token: bigint };

/**
 * Leases with fencing tokens, on database time only, so that no process's clock matters. Every change of holder raises the
 * token; whoever acts under a lease names its token in the write (Kleppmann, "How to do distributed locking", 2016).
 */
export const createLeaseStore = (db: PrismaScope) => ({
  /** Takes the lease when it is free, expired or already ours; null when another holds it. */
  async acquire(name: string, holder: string, ttlMs: number): Promise<Lease | null> {
    const rows = await db.$queryRaw<{ token: bigint }[]>`
      INSERT INTO lease (name, holder, token, expires_at)
      VALUES (${name}, ${holder}, 1, clock_timestamp() + ${ttlMs} * interval '1 millisecond')
      ON CONFLICT (name) DO UPDATE SET
        token = CASE WHEN lease.holder = EXCLUDED.holder AND lease.expires_at > clock_timestamp() THEN lease.token ELSE lease.token + 1 END,
        holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
      WHERE lease.holder = EXCLUDED.holder OR lease.expires_at <= clock_timestamp()
      RETURNING token`;
    const row = rows[0];
    return row ? { name, holder, token: row.token } : null;
  },

  /** Extends the lease; false when it was lost. */
  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    const count = await db.$executeRaw`
      UPDATE lease SET expires_at = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
      WHERE name = ${lease.name} AND holder = ${lease.holder} AND token = ${lease.token} AND expires_at > clock_timestamp()`;
    return count === 1;
  },

  /** True while this token is the newest and has not expired. Locks the row, so that a transaction can rely on it until its end. */
  async holds(lease: Lease): Promise<boolean> {
    const rows = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM lease WHERE name = ${lease.name} AND holder = ${lease.holder} AND token = ${lease.token}
        AND expires_at > clock_timestamp() FOR SHARE`;
    return rows.length === 1;
  },

  /** Gives the lease back so that another may take it at once: the column has milliseconds, and rounding would put its end ahead. The token stays, so that it keeps growing. */
  async release(lease: Lease): Promise<void> {
    await db.$executeRaw`
      UPDATE lease SET expires_at = date_trunc('milliseconds', clock_timestamp())
      WHERE name = ${lease.name} AND holder = ${lease.holder} AND token = ${lease.token}`;
  },
});
export type LeaseStore = ReturnType<typeof createLeaseStore>;
