import type { PrismaScope } from './prisma.ts';

export type WritePermission = {
  topic: string;
  workerId: string;
  /** null: the broker did not tell. */
  allowed: boolean | null;
  why: string | null;
  asOf: Date;
};

/** Workers come and go under new ids; what one said so long ago is of no use. */
const keepMs = 3_600_000;

/** What the workers' principal may write to, as each of them last asked. */
export const createWritePermissionStore = (db: PrismaScope) => ({
  /** Replaces what this worker said of the cluster; what others said is dropped once it is an hour old. Call inside a transaction. */
  async save(
    cluster: string,
    workerId: string,
    told: readonly Pick<WritePermission, 'topic' | 'allowed' | 'why'>[],
    asOf: Date,
  ): Promise<void> {
    const old = new Date(asOf.getTime() - keepMs);
    await db.writePermission.deleteMany({ where: { cluster, OR: [{ workerId }, { asOf: { lt: old } }] } });
    await db.writePermission.createMany({ data: told.map((each) => ({ ...each, cluster, workerId, asOf })) });
  },

  /** Newest first. */
  of: (cluster: string, topic: string): Promise<WritePermission[]> =>
    db.writePermission.findMany({ where: { cluster, topic }, orderBy: { asOf: 'desc' } }),
});
export type WritePermissionStore = ReturnType<typeof createWritePermissionStore>;
