import { randomUUID } from 'node:crypto';
import type { Role, RoleGrant } from '#lib/domain/access/roles.ts';
import type { PrismaScope } from './prisma.ts';

export type UserRecord = {
  id: string;
  name: string;
  createdAt: Date;
  credentialsChangedAt: Date;
  credentialsChangedBy: string;
  disabledAt: Date | null;
  grants: RoleGrant[];
};
/** Whoever asks, with the groups that providers told when the person last signed in there. */
export type AskingUser = UserRecord & { groups: readonly { names: readonly string[]; at: Date }[] };
export type NewUser = {
  name: string;
  /** null: signs in elsewhere. */
  passwordHash: string | null;
  by: string;
  at: Date;
  grants: readonly RoleGrant[];
};

const withGrants = { grants: true } as const;
const columns = {
  id: true,
  name: true,
  createdAt: true,
  credentialsChangedAt: true,
  credentialsChangedBy: true,
  disabledAt: true,
  ...withGrants,
} as const;

export type GrantRow = { role: string; cluster: string; flow: string };
export const asGrants = (rows: readonly GrantRow[]): RoleGrant[] =>
  rows.map(({ role, cluster, flow }) => ({ role: role as Role, cluster, flow }));

/** Local users, their roles, and the one-time set-up token. Password hashes leave only by `credentials`. */
export const createUserStore = (db: PrismaScope) => ({
  count: (): Promise<number> => db.user.count(),

  /** Serialises whoever makes accounts because something is not there yet, until the transaction ends. */
  async lockAccounts(): Promise<void> {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(7264302)`;
  },

  async byId(id: string): Promise<UserRecord | null> {
    const row = await db.user.findUnique({ where: { id }, select: columns });
    return row && { ...row, grants: asGrants(row.grants) };
  },

  async byName(name: string): Promise<UserRecord | null> {
    const row = await db.user.findUnique({ where: { name }, select: columns });
    return row && { ...row, grants: asGrants(row.grants) };
  },

  /** Names that differ in nothing but upper and lower case are of one person to a provider. */
  async byNameInAnyCase(name: string): Promise<UserRecord[]> {
    const rows = await db.$queryRaw<
      { id: string }[]
    >`SELECT id FROM app_user WHERE lower(name) = lower(${name})`;
    const found = await db.user.findMany({
      where: { id: { in: rows.map(({ id }) => id) } },
      select: columns,
    });
    return found.map((row) => ({ ...row, grants: asGrants(row.grants) }));
  },

  async list(): Promise<UserRecord[]> {
    const rows = await db.user.findMany({ orderBy: { name: 'asc' }, select: columns });
    return rows.map((row) => ({ ...row, grants: asGrants(row.grants) }));
  },

  /** What sign-in compares with; null for an unknown name, and as the hash of whoever has no password. */
  async credentials(name: string): Promise<(UserRecord & { passwordHash: string | null }) | null> {
    const row = await db.user.findUnique({ where: { name }, include: withGrants });
    return row && { ...row, grants: asGrants(row.grants) };
  },

  /** Names of those who can grant roles, for explanations. */
  async adminNames(): Promise<string[]> {
    const rows = await db.user.findMany({
      where: { disabledAt: null, grants: { some: { role: 'admin' } } },
      orderBy: { name: 'asc' },
      select: { name: true },
      take: 5,
    });
    return rows.map((row) => row.name);
  },

  /** @returns the new user's id */
  async create(user: NewUser): Promise<string> {
    const id = randomUUID();
    await db.user.create({
      data: {
        id,
        name: user.name,
        passwordHash: user.passwordHash,
        createdAt: user.at,
        createdBy: user.by,
        credentialsChangedAt: user.at,
        credentialsChangedBy: user.by,
        grants: { create: user.grants.map((grant) => ({ ...grant })) },
      },
    });
    return id;
  },

  /** Disabling ends all sessions; tokens count for nothing while it lasts. @param at null enables */
  async setDisabled(id: string, at: Date | null): Promise<void> {
    await db.user.update({ where: { id }, data: { disabledAt: at } });
    if (at) await db.session.deleteMany({ where: { userId: id } });
  },

  /** Somebody else has opened a way to sign in as this user. */
  async noteCredentials(id: string, by: string, at: Date): Promise<void> {
    await db.user.update({ where: { id }, data: { credentialsChangedAt: at, credentialsChangedBy: by } });
  },

  /** Also ends all sessions of the user. */
  async setPassword(id: string, passwordHash: string, by: string, at: Date): Promise<void> {
    await db.user.update({
      where: { id },
      data: { passwordHash, credentialsChangedAt: at, credentialsChangedBy: by },
    });
    await db.session.deleteMany({ where: { userId: id } });
  },

  async addGrant(userId: string, grant: RoleGrant): Promise<void> {
    await db.roleGrant.upsert({
      where: { userId_role_cluster_flow: { userId, ...grant } },
      create: { userId, ...grant },
      update: {},
    });
  },

  /** Replaces any earlier set-up token that was not used. */
  async replaceSetupToken(hash: string, at: Date): Promise<void> {
    await db.setupToken.deleteMany({ where: { usedAt: null } });
    await db.setupToken.create({ data: { hash, createdAt: at } });
  },

  /** True exactly once per token. */
  async useSetupToken(hash: string, at: Date): Promise<boolean> {
    const used = await db.setupToken.updateMany({ where: { hash, usedAt: null }, data: { usedAt: at } });
    return used.count === 1;
  },
});
export type UserStore = ReturnType<typeof createUserStore>;
