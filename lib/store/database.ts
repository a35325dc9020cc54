import { createLeaseStore } from './leases.ts';
import { createLineageAttemptStore } from './lineage-attempts.ts';
import { createManifestChunkStore } from './manifest-chunks.ts';
import { createPolicyStore } from './policies.ts';
import { openPrisma, type PrismaScope } from './prisma.ts';
import { createReplayApprovalStore } from './replay-approvals.ts';
import { createReplayReservationStore } from './replay-reservations.ts';
import { createReplayStore } from './replays.ts';

const createStores = (db: PrismaScope) => ({
  policies: createPolicyStore(db),
  replays: createReplayStore(db),
  replayApprovals: createReplayApprovalStore(db),
  replayReservations: createReplayReservationStore(db),
  manifestChunks: createManifestChunkStore(db),
  lineageAttempts: createLineageAttemptStore(db),
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
