import type { Database } from '#lib/store/database.ts';
import type { StoredCluster, StoredGroup } from '#lib/store/lag-snapshots.ts';

export type RoundResult = { cluster: StoredCluster; groups: readonly StoredGroup[]; asOf: Date };

/** Stores a round in one transaction, so that a page never shows half of one. Groups that did not change are only dated anew. */
export function createSnapshotWriter(
  database: Pick<Database, 'transact'>,
  cluster: string,
): { write(round: RoundResult): Promise<void> } {
  let stored = new Map<string, string>();
  return {
    async write({ cluster: snapshot, groups, asOf }) {
      const now = new Map(groups.map((group) => [group.groupId, JSON.stringify(group)]));
      const changed = groups.filter((group) => stored.get(group.groupId) !== now.get(group.groupId));
      const same = groups.filter((group) => stored.get(group.groupId) === now.get(group.groupId));
      await database.transact(async ({ lag }) => {
        await lag.saveGroups(cluster, changed, asOf);
        const touched = await lag.touchGroups(
          cluster,
          same.map((group) => group.groupId),
          asOf,
        );
        // Somebody else has been at the table (a worker that lost its lease late): what is missing is written again.
        if (touched < same.length) await lag.saveGroups(cluster, same, asOf);
        await lag.keepOnly(cluster, [...now.keys()]);
        await lag.saveCluster(snapshot);
      });
      stored = now;
    },
  };
}
