import type { PrismaScope } from './prisma.ts';

/** Free attempts per account and address; after them the delay doubles from two seconds to a minute. Never a lock-out. */
export const freeAttempts = 5;
const longestDelayS = 60;
const forgetAfterMs = 15 * 60_000;

/** Counts sign-in attempts before the password is looked at, so that parallel guesses can't slip past; success forgives. */
export const createThrottleStore = (db: PrismaScope) => ({
  /** @returns 0 when the attempt may go on (and counts as failed until `forgive`), else the milliseconds to wait */
  async attempt(account: string, address: string, now: Date): Promise<number> {
    const forgetBefore = new Date(now.getTime() - forgetAfterMs);
    const taken = await db.$queryRaw<unknown[]>`
      INSERT INTO sign_in_throttle AS t (account, address, failures, next_allowed_at, updated_at)
      VALUES (${account}, ${address}, 1, ${now}, ${now})
      ON CONFLICT (account, address) DO UPDATE SET
        failures = CASE WHEN t.updated_at < ${forgetBefore} THEN 1 ELSE t.failures + 1 END,
        next_allowed_at = CASE
          WHEN t.updated_at < ${forgetBefore} OR t.failures + 1 < ${freeAttempts}::int THEN ${now}::timestamptz
          ELSE ${now}::timestamptz + least(power(2, least(t.failures + 2 - ${freeAttempts}::int, 10)), ${longestDelayS}::int) * interval '1 second' END,
        updated_at = ${now}
      WHERE t.next_allowed_at <= ${now}
      RETURNING 1`;
    if (taken.length > 0) return 0;
    const row = await db.signInThrottle.findUnique({ where: { account_address: { account, address } } });
    return row ? Math.max(1, row.nextAllowedAt.getTime() - now.getTime()) : 0;
  },

  async forgive(account: string, address: string): Promise<void> {
    await db.signInThrottle.deleteMany({ where: { account, address } });
  },

  async purge(now: Date): Promise<void> {
    await db.signInThrottle.deleteMany({
      where: { updatedAt: { lt: new Date(now.getTime() - forgetAfterMs) } },
    });
  },
});
export type ThrottleStore = ReturnType<typeof createThrottleStore>;
