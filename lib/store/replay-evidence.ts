import type { PrismaScope } from './prisma.ts';

export type GroupOnTopic = {
  groupId: string;
  state: string;
  members: number | null;
  /** Members that have a partition of the topic; null when assignments are not known. */
  assignedMembers: number | null;
  /** Of the topic's partitions. */
  partitions: {
    partition: number;
    status: string;
    committed: bigint | null;
    lagRecords: bigint | null;
    consumeRate: number | null;
    produceRate: number | null;
  }[];
  /** Records per second over everything that the group reads. */
  consumeRate: number | null;
  asOf: Date;
};

type Snapshot = {
  members?: number | null;
  consumeRate?: number | null;
  memberList?: { assignment?: { topic: string }[] }[] | null;
  partitions?: {
    topic: string;
    partition: number;
    status: string;
    committed: string | null;
    lagRecords: string | null;
    consumeRate?: number | null;
    produceRate?: number | null;
  }[];
};

const big = (text: string | null | undefined) => (text === null || text === undefined ? null : BigInt(text));

function onTopic(
  row: { groupId: string; state: string; data: unknown; asOf: Date },
  topic: string,
): GroupOnTopic {
  const data = row.data as Snapshot;
  const members = data.memberList;
  return {
    groupId: row.groupId,
    state: row.state,
    members: data.members ?? null,
    assignedMembers: members
      ? members.filter((member) => member.assignment?.some((part) => part.topic === topic)).length
      : null,
    partitions: (data.partitions ?? [])
      .filter((partition) => partition.topic === topic)
      .map((partition) => ({
        partition: partition.partition,
        status: partition.status,
        committed: big(partition.committed),
        lagRecords: big(partition.lagRecords),
        consumeRate: partition.consumeRate ?? null,
        produceRate: partition.produceRate ?? null,
      })),
    consumeRate: data.consumeRate ?? null,
    asOf: row.asOf,
  };
}

type Place = { clusterId: string; topicId: string };

/** What planning reads of the lag collector's and the indexer's tables to answer an approver's questions. */
export const createReplayEvidenceStore = (db: PrismaScope) => ({
  /** These groups as the collector last saw them on a topic; a group that it has not seen is left out. */
  async groups(cluster: string, groupIds: readonly string[], topic: string): Promise<GroupOnTopic[]> {
    const rows = await db.groupSnapshot.findMany({
      where: { cluster, groupId: { in: [...groupIds] } },
      select: { groupId: true, state: true, data: true, asOf: true },
    });
    return rows.map((row) => onTopic(row, topic));
  },

  /** Every group with an offset or a member on the topic; null when the collector has never seen the cluster. */
  async readersOf(cluster: string, topic: string): Promise<{ groups: string[]; asOf: Date } | null> {
    const seen = await db.clusterSnapshot.findUnique({ where: { cluster }, select: { asOf: true } });
    if (!seen?.asOf) return null;
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT group_id AS id FROM group_snapshot WHERE cluster = ${cluster} AND (
        data->'partitions' @> ${JSON.stringify([{ topic }])}::jsonb OR data->'topics' @> ${JSON.stringify([topic])}::jsonb)
      ORDER BY group_id`;
    return {
      groups: rows.map((row) => row.id).filter((id) => !id.startsWith('sluice.')),
      asOf: seen.asOf,
    };
  },

  /** Dead letters of these failure groups that arrived since. */
  async arrivals(place: Place, fingerprints: readonly string[], since: Date): Promise<number> {
    return db.deadLetter.count({
      where: { ...place, fingerprint: { in: [...fingerprints] }, at: { gte: since } },
    });
  },

  /** Keys of the frozen set that have a newer open dead letter outside of it. */
  async newerKeys(place: Place, replayId: string, keys: ReadonlyMap<string, Date>): Promise<number> {
    const rows = await db.$queryRaw<{ n: number }[]>`
      SELECT count(DISTINCT d.key_hash)::int AS n FROM dead_letter d
      JOIN unnest(${[...keys.keys()]}::text[], ${[...keys.values()]}::timestamptz[]) AS k(hash, newest)
        ON d.key_hash = k.hash AND d.at > k.newest
      LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
        AND x.partition = d.partition AND x."offset" = d."offset"
      WHERE d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId}
        AND (x.disposition IS NULL OR x.disposition IN ('open', 'came_back')
          OR (x.disposition = 'in_replay' AND x.replay_id <> ${replayId}))`;
    return rows[0]?.n ?? 0;
  },

  /** How far the index is: nothing arrives unseen when it has read every partition to its end. */
  async indexBehind(place: Place): Promise<{ behindRecords: bigint; asOf: Date } | null> {
    const rows = await db.$queryRaw<{ behind: bigint | null; asOf: Date | null }[]>`
      SELECT sum(greatest(last_stable - next_offset, 0))::bigint AS behind, min(as_of) AS "asOf"
      FROM index_cursor WHERE cluster_id = ${place.clusterId} AND topic_id = ${place.topicId}`;
    const row = rows[0];
    return row?.asOf && row.behind !== null ? { behindRecords: row.behind, asOf: row.asOf } : null;
  },
});
export type ReplayEvidenceStore = ReturnType<typeof createReplayEvidenceStore>;
