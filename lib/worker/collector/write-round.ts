import type { Database } from '#lib/store/database.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { type PackedGroup, packGroup, type StoredCluster } from '#lib/store/lag-snapshots.ts';

export type RoundResult = { cluster: StoredCluster; groups: readonly StoredGroup[]; asOf: Date };

/** Stores a round in one transaction, so that a page never shows half of one. A group on which nothing changed is not written again. */
export function createSnapshotWriter(
  database: Pick<Database, 'transact'>,
  cluster: string,
): { write(round: RoundResult): Promise<void> } {
  let stored = new Map<string, PackedGroup>();
  return {
    async write({ cluster: snapshot, groups, asOf }) {
      const now = new Map<string, PackedGroup>();
      const changed: PackedGroup[] = [];
      for (const group of groups) {
        const packed = packGroup(group);
        const before = stored.get(group.groupId);
        if (before && isSame(before, packed)) now.set(group.groupId, before);
        else {
          changed.push(packed);
          now.set(group.groupId, packed);
        }
      }
      await database.transact(async ({ lag }) => {
        await lag.savePackedGroups(cluster, changed, asOf);
        const there = await lag.keepOnly(cluster, [...now.keys()]);
        // Somebody else has been at the table (a worker that lost its lease late): what is missing is written again.
        if (there < now.size) await lag.savePackedGroups(cluster, [...now.values()], asOf);
        await lag.saveCluster(snapshot);
      });
      stored = now;
    },
  };
}

const isSame = (a: PackedGroup, b: PackedGroup) =>
  a.json === b.json &&
  a.group.type === b.group.type &&
  a.group.state === b.group.state &&
  a.group.flow === b.group.flow &&
  a.partitions.equals(b.partitions);
