import type { Database, Stores } from '#lib/store/database.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { type PackedGroup, packGroup, type StoredCluster } from '#lib/store/lag-snapshots.ts';

/** One round on its way into the snapshot: groups come one by one and are packed at once, then all of it is stored. */
export type RoundWriter = {
  /** @param asBefore the very group that the round before added: it need not be packed again */
  add(group: StoredGroup, asBefore?: boolean): void;
  /** Stores the round in one transaction, so that a page never shows half of one; `also` writes what else belongs to it. */
  commit(round: {
    cluster: StoredCluster;
    asOf: Date;
    also: (stores: Stores) => Promise<void>;
  }): Promise<void>;
};

/** Begins rounds. A group on which nothing changed since the last one is not written again. */
export function createSnapshotWriter(
  database: Pick<Database, 'transact'>,
  cluster: string,
): () => RoundWriter {
  let stored = new Map<string, PackedGroup>();
  /** A round that was begun and not stored: "as before" is not as stored then. */
  let isLost = false;
  return () => {
    const wasLost = isLost;
    isLost = true;
    const now = new Map<string, PackedGroup>();
    const changed: PackedGroup[] = [];
    return {
      add(group, asBefore = false) {
        const before = stored.get(group.groupId);
        if (before && asBefore && !wasLost) {
          now.set(group.groupId, before);
          return;
        }
        const packed = packGroup(group);
        if (before && isSame(before, packed)) {
          now.set(group.groupId, before);
        } else {
          changed.push(packed);
          now.set(group.groupId, packed);
        }
      },
      async commit({ cluster: snapshot, asOf, also }) {
        await database.transact(async (stores) => {
          const { lag } = stores;
          await lag.savePackedGroups(cluster, changed, asOf);
          const there = await lag.keepOnly(cluster, [...now.keys()]);
          // Somebody else has been at the table (a worker that lost its lease late): what is missing is written again.
          if (there < now.size) await lag.savePackedGroups(cluster, [...now.values()], asOf);
          await lag.saveCluster(snapshot);
          await also(stores);
        });
        stored = now;
        isLost = false;
      },
    };
  };
}

const isSame = (a: PackedGroup, b: PackedGroup) =>
  a.json === b.json &&
  a.row.type === b.row.type &&
  a.row.state === b.row.state &&
  a.row.flow === b.row.flow &&
  a.partitions.equals(b.partitions);
