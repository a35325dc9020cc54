import { type ClusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import {
  type GroupRow,
  type GroupSnapshot,
  groupSnapshot,
  type StoredGroup,
  toRowJson,
} from './lag-group-row.ts';
import { packPartitions, unpackPartitions } from './lag-partitions.ts';
import type { PrismaScope } from './prisma.ts';

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

const toJson = (value: unknown) => JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');

/** Sorts behind everything that waits; JSON and cursors know no infinity. */
const nothingUnreadMs = 1e15;

/** A group as it is written: packed once, so that it can also be compared with what was written before. */
export type PackedGroup = {
  row: Pick<StoredGroup, 'groupId' | 'type' | 'state' | 'flow'> & {
    status: string;
    topics: readonly string[];
    lagRecords: string | null;
    unreadSinceMs: number | null;
  };
  json: string;
  partitions: Buffer;
};

export function packGroup(group: StoredGroup): PackedGroup {
  const { groupId, type, state, flow, partitions, summary } = group;
  const { members, memberList, epoch, assignmentEpoch, assignor, internalTopics, failure, blocking } = group;
  return {
    row: {
      groupId,
      type,
      state,
      flow,
      status: summary.status,
      topics: summary.topics,
      lagRecords: summary.lagRecords === null ? null : String(summary.lagRecords),
      unreadSinceMs: summary.lagMsMethod === null ? null : (summary.unreadSinceMs ?? nothingUnreadMs),
    },
    json: toRowJson({
      members,
      memberList,
      epoch,
      assignmentEpoch,
      assignor,
      internalTopics,
      failure,
      blocking,
      summary,
    }),
    partitions: packPartitions(partitions),
  };
}

/** Rows go in one statement of at most this many bytes of partitions, cut out of one parameter by the database. */
const bytesPerStatement = 8_000_000;

/** Clusters and groups as of the last round. Web pages and planning read these, never Kafka. */
export const createLagSnapshotStore = (db: PrismaScope) => ({
  /** Writes what a round saw. An older round never overwrites a newer one, whoever holds the lease. */
  async saveGroups(cluster: string, groups: readonly StoredGroup[], asOf: Date): Promise<void> {
    await savePacked(db, cluster, groups.map(packGroup), asOf);
  },

  /** The same of groups that are packed already. */
  savePackedGroups: (cluster: string, groups: readonly PackedGroup[], asOf: Date): Promise<void> =>
    savePacked(db, cluster, groups, asOf),

  /** Forgets the groups that the cluster no longer lists. Answers how many of the listed ones are in the snapshot. */
  async keepOnly(cluster: string, groupIds: readonly string[]): Promise<number> {
    const [row] = await db.$queryRaw<{ kept: bigint }[]>`
      WITH gone AS (DELETE FROM group_snapshot WHERE cluster = ${cluster} AND NOT group_id = ANY(${[...groupIds]}) RETURNING 1)
      SELECT count(*) - (SELECT count(*) FROM gone) AS kept FROM group_snapshot WHERE cluster = ${cluster}`;
    return Number(row?.kept ?? 0);
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

  /** Dead letters, anywhere in the cluster, whose key has this hash. */
  async deadLettersWithKey(clusterId: string, keyHash: string): Promise<number> {
    return db.deadLetter.count({ where: { clusterId, keyHash } });
  },
});
export type LagSnapshotStore = ReturnType<typeof createLagSnapshotStore>;

async function savePacked(
  db: PrismaScope,
  cluster: string,
  groups: readonly PackedGroup[],
  asOf: Date,
): Promise<void> {
  for (const part of inParts(groups)) {
    const rows = part.map(({ row, json, partitions }) => ({ ...row, bytes: partitions.length, json }));
    await db.$executeRaw`
      INSERT INTO group_snapshot (cluster, group_id, type, state, status, flow, topics, lag_records, unread_since_ms, data, partitions, as_of)
      SELECT ${cluster}, "groupId", type, state, status, flow, topics, "lagRecords", "unreadSinceMs", json::jsonb,
        substr(${Buffer.concat(part.map((each) => each.partitions))}::bytea, (sum(bytes) OVER (ORDER BY place) - bytes + 1)::int, bytes), ${asOf}
      FROM ROWS FROM (jsonb_to_recordset(${toJson(rows)}::jsonb) AS ("groupId" text, type text, state text, flow text, status text,
        topics text[], "lagRecords" bigint, "unreadSinceMs" float8, bytes int, json text)) WITH ORDINALITY AS
        g("groupId", type, state, flow, status, topics, "lagRecords", "unreadSinceMs", bytes, json, place)
      ON CONFLICT (cluster, group_id) DO UPDATE SET
        type = EXCLUDED.type, state = EXCLUDED.state, status = EXCLUDED.status, flow = EXCLUDED.flow, topics = EXCLUDED.topics,
        lag_records = EXCLUDED.lag_records, unread_since_ms = EXCLUDED.unread_since_ms, data = EXCLUDED.data,
        partitions = EXCLUDED.partitions, as_of = EXCLUDED.as_of
      WHERE group_snapshot.as_of <= EXCLUDED.as_of`;
  }
}

function* inParts(groups: readonly PackedGroup[]): Iterable<PackedGroup[]> {
  let part: PackedGroup[] = [];
  let bytes = 0;
  for (const group of groups) {
    if (part.length > 0 && bytes + group.partitions.length > bytesPerStatement) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(group);
    bytes += group.partitions.length;
  }
  if (part.length > 0) yield part;
}

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
