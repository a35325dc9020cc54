import type { ClusterView, GroupDetail } from '#lib/contract/lag.ts';
import type { PrismaScope } from './prisma.ts';

/** A group as the collector last saw it: the contract's detail, less what is computed on reading. `memberList` is null when it could not be described. */
export type StoredGroup = Omit<GroupDetail, 'trend' | 'asOf' | 'memberList'> & {
  memberList: GroupDetail['memberList'] | null;
};
export type GroupSnapshot = StoredGroup & { asOf: Date };

export type StoredCluster = {
  cluster: string;
  clusterId: string | null;
  state: ClusterView['state'];
  data: Omit<ClusterView, 'name' | 'state' | 'asOf'>;
  /** The last good data; null before there was any. */
  asOf: Date | null;
  triedAt: Date;
  roundMs: number | null;
};

/** Postgres takes no NUL in jsonb, and names and keys of records may hold one. */
const toJson = (value: unknown) => JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');

/** Clusters and groups as of the last round. Web pages and planning read these, never Kafka. */
export const createLagSnapshotStore = (db: PrismaScope) => ({
  /** Writes what a round saw. An older round never overwrites a newer one, whoever holds the lease. */
  async saveGroups(cluster: string, groups: readonly StoredGroup[], asOf: Date): Promise<void> {
    if (groups.length === 0) return;
    await db.$executeRaw`
      INSERT INTO group_snapshot (cluster, group_id, type, state, status, flow, lag_records, lag_ms, data, as_of)
      SELECT ${cluster}, g->>'groupId', g->>'type', g->>'state', g->>'status', g->>'flow', (g->>'lagRecords')::bigint,
             (g->>'lagMs')::float8, g, ${asOf}
      FROM jsonb_array_elements(${toJson(groups)}::jsonb) AS g
      ON CONFLICT (cluster, group_id) DO UPDATE SET
        type = EXCLUDED.type, state = EXCLUDED.state, status = EXCLUDED.status, flow = EXCLUDED.flow,
        lag_records = EXCLUDED.lag_records, lag_ms = EXCLUDED.lag_ms, data = EXCLUDED.data, as_of = EXCLUDED.as_of
      WHERE group_snapshot.as_of <= EXCLUDED.as_of`;
  },

  /** Groups that were seen again just as they were: only their age changes. Answers how many were there. */
  async touchGroups(cluster: string, groupIds: readonly string[], asOf: Date): Promise<number> {
    if (groupIds.length === 0) return 0;
    return db.$executeRaw`
      UPDATE group_snapshot SET as_of = ${asOf}
      WHERE cluster = ${cluster} AND group_id = ANY(${[...groupIds]}) AND as_of <= ${asOf}`;
  },

  /** Forgets the groups that the cluster no longer lists. */
  async keepOnly(cluster: string, groupIds: readonly string[]): Promise<void> {
    await db.$executeRaw`
      DELETE FROM group_snapshot WHERE cluster = ${cluster} AND NOT group_id = ANY(${[...groupIds]})`;
  },

  async saveCluster(snapshot: StoredCluster): Promise<void> {
    const { cluster, ...fields } = snapshot;
    await db.clusterSnapshot.upsert({ where: { cluster }, create: snapshot, update: fields });
  },

  /** The round failed: says so, and leaves the last good data and its time as they are. */
  async saveClusterFailure(
    cluster: string,
    failure: Pick<StoredCluster, 'state' | 'triedAt'> & { detail: string },
  ): Promise<void> {
    const { state, triedAt, detail } = failure;
    await db.$executeRaw`
      INSERT INTO cluster_snapshot (cluster, state, data, tried_at)
      VALUES (${cluster}, ${state}, ${toJson({ ...nothingKnown, detail })}::jsonb, ${triedAt})
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
    const row = await db.groupSnapshot.findUnique({ where: { cluster_groupId: { cluster, groupId } } });
    return row && { ...(row.data as StoredGroup), asOf: row.asOf };
  },

  /** Every group of a cluster, or of all: for metrics and for what needs attention. */
  async allGroups(cluster?: string): Promise<GroupSnapshot[]> {
    const rows = await db.groupSnapshot.findMany({
      ...(cluster === undefined ? {} : { where: { cluster } }),
      orderBy: [{ cluster: 'asc' }, { groupId: 'asc' }],
    });
    return rows.map((row) => ({ ...(row.data as StoredGroup), asOf: row.asOf }));
  },

  /** What the collector remembers between its runs; null before the first. */
  async readMemory(cluster: string): Promise<unknown> {
    const row = await db.collectorState.findUnique({ where: { cluster } });
    return row?.data ?? null;
  },

  async saveMemory(cluster: string, data: unknown, asOf: Date): Promise<void> {
    await db.$executeRaw`
      INSERT INTO collector_state (cluster, data, as_of) VALUES (${cluster}, ${toJson(data)}::jsonb, ${asOf})
      ON CONFLICT (cluster) DO UPDATE SET data = EXCLUDED.data, as_of = EXCLUDED.as_of
      WHERE collector_state.as_of <= EXCLUDED.as_of`;
  },

  /** Dead letters, anywhere in the cluster, whose key has this hash. */
  async deadLettersWithKey(clusterId: string, keyHash: string): Promise<number> {
    return db.deadLetter.count({ where: { clusterId, keyHash } });
  },
});
export type LagSnapshotStore = ReturnType<typeof createLagSnapshotStore>;

const nothingKnown: Omit<StoredCluster['data'], 'detail'> = {
  brokers: null,
  kafkaVersion: null,
  groups: null,
  topics: null,
  underMinIsr: null,
  offlinePartitions: null,
};
