import type { ClusterView } from '#lib/contract/clusters.ts';
import { type StoredGroup, toRowJson } from './lag-group-row.ts';
import { packPartitions } from './lag-partitions.ts';
import type { RawScope } from './raw-scope.ts';

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
export const toJson = (value: unknown) => JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');

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
const bytesPerStatement = 1_000_000;

/** What a round writes of a cluster and its groups. */
export const createLagSnapshotWrites = (db: RawScope) => ({
  /** Writes what a round saw. An older round never overwrites a newer one, whoever holds the lease. */
  saveGroups: (cluster: string, groups: readonly StoredGroup[], asOf: Date): Promise<void> =>
    savePacked(db, cluster, groups.map(packGroup), asOf),

  /** The same of groups that are packed already. */
  savePackedGroups: (cluster: string, groups: readonly PackedGroup[], asOf: Date): Promise<void> =>
    savePacked(db, cluster, groups, asOf),

  /** Forgets the groups that the cluster no longer lists. Answers how many of the listed ones are in the snapshot. */
  async keepOnly(cluster: string, groupIds: readonly string[]): Promise<number> {
    const [row] = await db.$queryRaw<{ kept: number }[]>`
      WITH gone AS (DELETE FROM group_snapshot WHERE cluster = ${cluster} AND NOT group_id = ANY(${[...groupIds]}) RETURNING 1)
      SELECT (count(*) - (SELECT count(*) FROM gone))::int AS kept FROM group_snapshot WHERE cluster = ${cluster}`;
    return row?.kept ?? 0;
  },

  async saveCluster(snapshot: StoredCluster): Promise<void> {
    const { cluster, clusterId, state, data, asOf, triedAt, roundMs } = snapshot;
    await db.$executeRaw`
      INSERT INTO cluster_snapshot (cluster, cluster_id, state, data, as_of, tried_at, round_ms)
      VALUES (${cluster}, ${clusterId}, ${state}, ${toJson(data)}::jsonb, ${asOf}, ${triedAt}, ${roundMs}::int)
      ON CONFLICT (cluster) DO UPDATE SET cluster_id = EXCLUDED.cluster_id, state = EXCLUDED.state, data = EXCLUDED.data,
        as_of = EXCLUDED.as_of, tried_at = EXCLUDED.tried_at, round_ms = EXCLUDED.round_ms`;
  },
});

async function savePacked(
  db: RawScope,
  cluster: string,
  groups: readonly PackedGroup[],
  asOf: Date,
): Promise<void> {
  for (const part of inParts(groups)) {
    const rows = `[${part.map(recordOf).join(',')}]`;
    await db.$executeRaw`
      INSERT INTO group_snapshot (cluster, group_id, type, state, status, flow, topics, lag_records, unread_since_ms, data, partitions, as_of)
      SELECT ${cluster}, "groupId", type, state, status, flow, topics, "lagRecords", "unreadSinceMs", data,
        substr(${Buffer.concat(part.map((each) => each.partitions))}::bytea, (sum(bytes) OVER (ORDER BY place) - bytes + 1)::int, bytes), ${asOf}
      FROM ROWS FROM (jsonb_to_recordset(${rows}::jsonb) AS ("groupId" text, type text, state text, flow text, status text,
        topics text[], "lagRecords" bigint, "unreadSinceMs" float8, bytes int, data jsonb)) WITH ORDINALITY AS
        g("groupId", type, state, flow, status, topics, "lagRecords", "unreadSinceMs", bytes, data, place)
      ON CONFLICT (cluster, group_id) DO UPDATE SET
        type = EXCLUDED.type, state = EXCLUDED.state, status = EXCLUDED.status, flow = EXCLUDED.flow, topics = EXCLUDED.topics,
        lag_records = EXCLUDED.lag_records, unread_since_ms = EXCLUDED.unread_since_ms, data = EXCLUDED.data,
        partitions = EXCLUDED.partitions, as_of = EXCLUDED.as_of
      WHERE group_snapshot.as_of <= EXCLUDED.as_of`;
  }
}

/** The row with its JSON in it, which is not made into a text within a text. */
const recordOf = ({ row, json, partitions }: PackedGroup): string =>
  `${toJson({ ...row, bytes: partitions.length }).slice(0, -1)},"data":${json}}`;

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
