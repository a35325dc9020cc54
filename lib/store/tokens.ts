import { randomUUID } from 'node:crypto';
import { type AskingUserRow, askingUser, askingUserOf } from './asking-user.ts';
import type { PrismaScope } from './prisma.ts';
import type { AskingUser } from './users.ts';

export type TokenRecord = {
  id: string;
  name: string;
  userId: string;
  owner: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};
export type TokenWithOwner = Omit<TokenRecord, 'owner'> & { user: AskingUser };
export type NewToken = { hash: string; name: string; userId: string; at: Date; expiresAt: Date };

/** API tokens by hash, and the token that scrapes /metrics. */
export const createTokenStore = (db: PrismaScope) => ({
  /** @returns the new token's id */
  async create(token: NewToken): Promise<string> {
    const id = randomUUID();
    const { hash, name, userId, at, expiresAt } = token;
    await db.apiToken.create({ data: { id, hash, name, userId, createdAt: at, expiresAt } });
    return id;
  },

  async findByHash(hash: string): Promise<TokenWithOwner | null> {
    const [row] = await db.$queryRaw<(Omit<TokenRecord, 'owner'> & AskingUserRow)[]>`
      SELECT t.id, t.name, t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt",
        t.revoked_at AS "revokedAt", ${askingUser}
      FROM api_token t JOIN app_user u ON u.id = t.user_id WHERE t.hash = ${hash}`;
    if (!row) return null;
    const { id, name, userId, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
    return { id, name, userId, createdAt, expiresAt, lastUsedAt, revokedAt, user: askingUserOf(row) };
  },

  async byId(id: string): Promise<TokenRecord | null> {
    const row = await db.apiToken.findUnique({
      where: { id },
      include: { user: { select: { name: true } } },
    });
    return row && { ...row, owner: row.user.name };
  },

  /** Not revoked, newest first; `userId: null` lists everyone's. `after` is the id that the page before ended with. */
  async list(userId: string | null, page: { limit: number; after: string | null }): Promise<TokenRecord[]> {
    const rows = await db.apiToken.findMany({
      where: { revokedAt: null, ...(userId === null ? {} : { userId }) },
      include: { user: { select: { name: true } } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: page.limit,
      ...(page.after === null ? {} : { cursor: { id: page.after }, skip: 1 }),
    });
    return rows.map(({ user, ...row }) => ({ ...row, owner: user.name }));
  },

  async touch(id: string, at: Date): Promise<void> {
    await db.apiToken.updateMany({ where: { id }, data: { lastUsedAt: at } });
  },

  /** False when it was revoked before. */
  async revoke(id: string, at: Date): Promise<boolean> {
    return (
      (await db.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } })).count > 0
    );
  },

  /** One metrics token at a time: the new one replaces the old. */
  async replaceMetricsToken(hash: string, at: Date): Promise<void> {
    await db.metricsToken.deleteMany();
    await db.metricsToken.create({ data: { hash, createdAt: at } });
  },

  async isMetricsToken(hash: string): Promise<boolean> {
    return (await db.metricsToken.findUnique({ where: { hash } })) !== null;
  },
});
export type TokenStore = ReturnType<typeof createTokenStore>;
