import { nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import { type GroupRow, type GroupSnapshot, groupSnapshot } from './lag-group-row.ts';
import { unpackPartitions } from './lag-partitions.ts';
import { createLagSnapshotWrites, type StoredCluster, toJson } from './lag-snapshot-writes.ts';
import type { PrismaScope } from './prisma.ts';

/** Clusters and groups as of the last round. Web pages and planning read these, never Kafka. */
export const createLagSnapshotStore = (db: PrismaScope) => ({
  ...createLagSnapshotWrites(db),

  /** The round failed: says so, and leaves the last good data and its time as they are. */
  async saveClusterFailure(
    cluster: string,
    failure: Pick<StoredCluster, 'state' | 'triedAt'> & { detail: string },
  ): Promise<void> {
    const { state, triedAt, detail } = failure;
    await db.$executeRaw`
      INSERT INTO cluster_snapshot (cluster, state, data, tried_at)
      VALUES (${cluster}, ${state}, ${toJson({ ...nothingKnownOfCluster, detail })}::jsonb, ${triedAt})
      ON CONFLICT (cluster) DO UPDATE SET state = EXCLUDED.state, tried_at = EXCLUDED.tried_at,
        data = cluster_snapshot.data || jsonb_build_object('detail', ${detail}::text)`;
  },

  async readClusters(): Promise<StoredCluster[]> {
    const rows = await db.clusterSnapshot.findMany({ orderBy: { cluster: 'asc' } });
    return rows.map((row) => ({
      ...row,
      state: row.state as StoredCluster['state'],
      data: row.data as StoredCluster['data'],
    }));
  },

  async readGroup(cluster: string, groupId: string): Promise<GroupSnapshot | null> {
    const [found] = await readSnapshots(db, cluster, [groupId]);
    return found ?? null;
  },

  /** These groups in full; one that the collector has not seen is left out. */
  groupsNamed: (cluster: string, groupIds: readonly string[]): Promise<GroupSnapshot[]> =>
    readSnapshots(db, cluster, groupIds),

  /** Every group of a cluster, or of all, in full: for metrics and for what needs attention. */
  allGroups: (cluster?: string): Promise<GroupSnapshot[]> => readSnapshots(db, cluster ?? null, null),

  /** What the collector goes on from after a restart: each group's partitions as they were last written. */
  async *readPartitions(cluster: string) {
    const rows = await db.groupSnapshot.findMany({
      where: { cluster },
      select: { groupId: true, partitions: true, asOf: true },
    });
    for (const { groupId, partitions, asOf } of rows)
      yield { groupId, asOf, partitions: unpackPartitions(partitions) };
  },
});
export type LagSnapshotStore = ReturnType<typeof createLagSnapshotStore>;

/** A group that is in the snapshot was seen by the cluster's last good round, also when nothing about it had to be written. */
export async function readSnapshots(
  db: PrismaScope,
  cluster: string | null,
  groupIds: readonly string[] | null,
): Promise<GroupSnapshot[]> {
  const rows = await db.$queryRaw<(GroupRow & { partitions: Uint8Array })[]>`
    SELECT g.cluster, g.group_id AS "groupId", g.type, g.state, g.flow, g.topics, g.data, g.partitions,
      greatest(g.as_of, c.as_of) AS "asOf"
    FROM group_snapshot g LEFT JOIN cluster_snapshot c USING (cluster)
    WHERE (${cluster}::text IS NULL OR g.cluster = ${cluster})
      AND (${groupIds === null}::boolean OR g.group_id = ANY(${[...(groupIds ?? [])]}))
    ORDER BY g.cluster, g.group_id`;
  return rows.map(({ partitions, ...row }) => groupSnapshot(row, unpackPartitions(partitions)));
}
