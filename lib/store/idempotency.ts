import type { PrismaScope } from './prisma.ts';

const keptMs = 24 * 3_600_000;

export type IdempotencyScope = { userId: string; path: string; key: string };
export type IdempotencyStart =
  | { kind: 'first' }
  | { kind: 'other_body' }
  | { kind: 'in_flight'; since: Date }
  | { kind: 'answered'; status: number; answer: string };

/** First results of writes by key, for 24 hours (api.md). */
export const createIdempotencyStore = (db: PrismaScope) => ({
  /** Claims the key; of concurrent claims exactly one is `first`. */
  async begin(scope: IdempotencyScope, bodyHash: string, now: Date): Promise<IdempotencyStart> {
    const { userId, path, key } = scope;
    const claimed = await db.$queryRaw<unknown[]>`
      INSERT INTO idempotency_key AS k (user_id, path, key, body_hash, created_at)
      VALUES (${userId}, ${path}, ${key}, ${bodyHash}, ${now})
      ON CONFLICT (user_id, path, key) DO UPDATE SET
        body_hash = EXCLUDED.body_hash, status = NULL, answer = NULL, created_at = EXCLUDED.created_at
      WHERE k.created_at <= ${new Date(now.getTime() - keptMs)}
      RETURNING 1`;
    if (claimed.length > 0) return { kind: 'first' };
    const row = await db.idempotencyKey.findUnique({ where: { userId_path_key: scope } });
    if (!row) return { kind: 'in_flight', since: now };
    if (row.bodyHash !== bodyHash) return { kind: 'other_body' };
    if (row.status === null) return { kind: 'in_flight', since: row.createdAt };
    return { kind: 'answered', status: row.status, answer: row.answer ?? '' };
  },

  async finish(scope: IdempotencyScope, status: number, answer: string): Promise<void> {
    await db.idempotencyKey.update({ where: { userId_path_key: scope }, data: { status, answer } });
  },

  /** Gives the key free again: the request failed inside Sluice and may be sent anew. */
  async release(scope: IdempotencyScope): Promise<void> {
    await db.idempotencyKey.deleteMany({ where: { ...scope, status: null } });
  },

  async purge(now: Date): Promise<void> {
    await db.idempotencyKey.deleteMany({ where: { createdAt: { lte: new Date(now.getTime() - keptMs) } } });
  },
});
export type IdempotencyStore = ReturnType<typeof createIdempotencyStore>;
