import { type AskingUserRow, askingUser, askingUserOf } from './asking-user.ts';
import type { PrismaScope } from './prisma.ts';
import type { AskingUser } from './users.ts';

export type SessionRecord = { idHash: string; expiresAt: Date; lastSeenAt: Date; user: AskingUser };

/** Browser sessions; only the hash of the cookie's value is here. */
export const createSessionStore = (db: PrismaScope) => ({
  async create(session: { idHash: string; userId: string; at: Date; expiresAt: Date }): Promise<void> {
    const { idHash, userId, at, expiresAt } = session;
    await db.session.create({ data: { idHash, userId, createdAt: at, lastSeenAt: at, expiresAt } });
  },

  async find(idHash: string): Promise<SessionRecord | null> {
    const [row] = await db.$queryRaw<(Pick<SessionRecord, 'expiresAt' | 'lastSeenAt'> & AskingUserRow)[]>`
      SELECT s.expires_at AS "expiresAt", s.last_seen_at AS "lastSeenAt", ${askingUser}
      FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.id_hash = ${idHash}`;
    if (!row) return null;
    return { idHash, expiresAt: row.expiresAt, lastSeenAt: row.lastSeenAt, user: askingUserOf(row) };
  },

  async touch(idHash: string, at: Date): Promise<void> {
    await db.session.updateMany({ where: { idHash, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } });
  },

  /** True when there was one. */
  async delete(idHash: string): Promise<boolean> {
    return (await db.session.deleteMany({ where: { idHash } })).count > 0;
  },

  /** Drops what can't be used any more. */
  async purge(expiredBefore: Date, idleBefore: Date): Promise<void> {
    await db.session.deleteMany({
      where: { OR: [{ expiresAt: { lte: expiredBefore } }, { lastSeenAt: { lte: idleBefore } }] },
    });
  },
});
export type SessionStore = ReturnType<typeof createSessionStore>;
