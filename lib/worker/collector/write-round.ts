import { hash } from 'node:crypto';
import type { CollectorStores } from '#lib/store/collector-writer.ts';
import type { Database } from '#lib/store/database.ts';
import type { PackedGroup, StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import type { ToldGroup } from './told-group.ts';

/** One round on its way into the snapshot: groups come one by one, then all of it is stored. */
export type RoundWriter = {
  /** @param asBefore the very group that the round before added: it need not be compared */
  add(group: Pick<ToldGroup, 'groupId' | 'packed'>, asBefore?: boolean): void;
  /** Stores the round in one transaction, so that a page never shows half of one; `also` writes what else belongs to it. */
  commit(round: {
    cluster: StoredCluster;
    asOf: Date;
    also: (stores: CollectorStores) => Promise<void>;
  }): Promise<void>;
};

/**
 * Begins rounds. A group on which nothing changed since the last one is not written again. What was written is known by its digest: the
 * packed groups of a big cluster would be ten megabytes that are only ever compared.
 */
export function createSnapshotWriter(
  database: Pick<Database, 'collectorWriter'>,
  cluster: string,
): () => RoundWriter {
  /** The digest of each group as it stands in the snapshot, by id; empty when that is not known. */
  let stored: ReadonlyMap<string, string> = new Map();
  return () => {
    // Until this round is stored, "as before" is not as stored.
    const before = stored;
    stored = new Map();
    const now = new Map<string, string>();
    const changed: PackedGroup[] = [];
    return {
      add({ groupId, packed }, asBefore = false) {
        const known = before.get(groupId);
        if (known !== undefined && asBefore) {
          now.set(groupId, known);
          return;
        }
        const digest = digestOf(packed);
        now.set(groupId, digest);
        if (digest !== known) changed.push(packed);
      },
      async commit({ cluster: snapshot, asOf, also }) {
        const there = await database.collectorWriter.transact(async (stores) => {
          const { lag } = stores;
          await lag.savePackedGroups(cluster, changed, asOf);
          const kept = await lag.keepOnly(cluster, [...now.keys()]);
          await lag.saveCluster(snapshot);
          await also(stores);
          return kept;
        });
        // Somebody else has been at the table (a worker that lost its lease late): the next round writes all of it.
        if (there === now.size) stored = now;
      },
    };
  };
}

const digestOf = ({ row, json, partitions }: PackedGroup): string =>
  hash(
    'sha1',
    Buffer.concat([Buffer.from(`${row.type}\n${row.state}\n${row.flow ?? ''}\n${json}\n`), partitions]),
    'base64',
  );
