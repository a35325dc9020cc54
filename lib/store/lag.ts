import { createLagGroupsPageStore } from './lag-groups-page.ts';
import { createLagHistoryStore } from './lag-history.ts';
import { createLagSnapshotStore } from './lag-snapshots.ts';
import { createLogEndsStore } from './log-ends.ts';
import type { PrismaScope } from './prisma.ts';

/** Everything about lag: snapshots of the last round, the list of groups, history. */
export const createLagStore = (db: PrismaScope) => ({
  ...createLagSnapshotStore(db),
  ...createLagGroupsPageStore(db),
  ...createLogEndsStore(db),
  history: createLagHistoryStore(db),
});
export type LagStore = ReturnType<typeof createLagStore>;
