import { createLeaseStore } from './leases.ts';
import { openPrisma, type PrismaScope } from './prisma.ts';

const createStores = (db: PrismaScope) => ({
  leases: createLeaseStore(db),
});
/** Every aggregate's store, all bound to the same connection or transaction. */
export type Stores = ReturnType<typeof createStores>;

export type Database = {
  stores: Stores;
  /** Runs `work` in one transaction; whatever it throws rolls all of it back. Append to the audit log last: it locks the head. */
  transact<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** @param appUrl connection string of the role that owns nothing (lib/store/migrations/app-role.ts) */
export function openDatabase(appUrl: string, options: { maxConnections: number }): Database {
  const prisma = openPrisma(appUrl, options);
  return {
    stores: createStores(prisma),
    transact: (work) =>
      prisma.$transaction((scope) => work(createStores(scope)), { timeout: 30_000, maxWait: 10_000 }),
    ping: async () => {
      await prisma.$queryRaw`SELECT 1`;
    },
    close: () => prisma.$disconnect(),
  };
}
