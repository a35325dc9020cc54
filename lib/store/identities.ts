import { type AskingUserRow, askingUser, askingUserOf } from './asking-user.ts';
import type { PrismaScope } from './prisma.ts';
import type { AskingUser } from './users.ts';

/** One person as a provider knows them: a name that a proxy says, or a subject of an issuer. */
export type Identity = { provider: string; subject: string };

/** Whom the names and subjects of other providers stand for. */
export const createIdentityStore = (db: PrismaScope) => ({
  async find({ provider, subject }: Identity): Promise<AskingUser | null> {
    const [row] = await db.$queryRaw<AskingUserRow[]>`
      SELECT ${askingUser} FROM identity i JOIN app_user u ON u.id = i.user_id
      WHERE i.provider = ${provider} AND i.subject = ${subject}`;
    return row ? askingUserOf(row) : null;
  },

  /** Subjects of this provider that stand for the user. */
  async subjectsOf(provider: string, userId: string): Promise<string[]> {
    const rows = await db.identity.findMany({ where: { provider, userId }, select: { subject: true } });
    return rows.map(({ subject }) => subject);
  },

  /** @throws a unique violation where it stands for somebody already */
  async link({ provider, subject }: Identity, userId: string, by: string, at: Date): Promise<void> {
    await db.identity.create({ data: { provider, subject, userId, linkedAt: at, linkedBy: by } });
  },

  /** What the provider said of the person's groups when they last signed in. */
  async noteGroups({ provider, subject }: Identity, groups: readonly string[], at: Date): Promise<void> {
    await db.identity.update({
      where: { provider_subject: { provider, subject } },
      data: { groups: [...groups], groupsAt: at },
    });
  },
});
export type IdentityStore = ReturnType<typeof createIdentityStore>;
