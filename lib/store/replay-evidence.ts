import { Prisma } from '#generated/prisma/client.ts';
import { latestOf } from './dead-letter-expiry.ts';
import type { GroupSnapshot } from './lag-group-row.ts';
import { readSnapshots } from './lag-snapshots.ts';
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

function onTopic(group: GroupSnapshot, topic: string): GroupOnTopic {
  const { groupId, state, members, memberList, consumeRate, asOf } = group;
  return {
    groupId,
    state,
    members,
    assignedMembers:
      memberList?.filter((member) => member.assignment.some((part) => part.topic === topic)).length ?? null,
    partitions: group.partitions
      .filter((partition) => partition.topic === topic)
      .map((each) => ({ ...each, committed: big(each.committed), lagRecords: big(each.lagRecords) })),
    consumeRate,
    asOf,
  };
}

const big = (text: string | null) => (text === null ? null : BigInt(text));

/** Beyond so many it does not matter how many more there are. */
export const mostArrivals = 10_000;

type Place = { clusterId: string; topicId: string };

/** What planning reads of the lag collector's and the indexer's tables to answer an approver's questions. */
export const createReplayEvidenceStore = (db: PrismaScope) => ({
  /** These groups as the collector last saw them on a topic; a group that it has not seen is left out. */
  async groups(cluster: string, groupIds: readonly string[], topic: string): Promise<GroupOnTopic[]> {
    const groups = await readSnapshots(db, cluster, groupIds);
    return groups.map((group) => onTopic(group, topic));
  },

  /** Every group with an offset or a member on the topic; null when the collector has never seen the cluster. */
  async readersOf(cluster: string, topic: string): Promise<{ groups: string[]; asOf: Date } | null> {
    const seen = await db.clusterSnapshot.findUnique({ where: { cluster }, select: { asOf: true } });
    if (!seen?.asOf) return null;
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT group_id AS id FROM group_snapshot WHERE cluster = ${cluster} AND topics @> ARRAY[${topic}]::text[]
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

  /**
   * Dead letters of these failure groups that arrived since and that this replay has not taken; one that came back to it arrived anew. They are counted up to
   * `mostArrivals`.
   */
  async arrivalsBeside(
    { clusterId, topicId }: Place,
    fingerprints: readonly string[],
    since: Date,
    replayId: string,
  ): Promise<number> {
    const rows = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM (
        SELECT 1 FROM dead_letter d WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId}
          AND d.fingerprint = ANY(${[...fingerprints]}::text[]) AND d.at >= ${since}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM dead_letter_disposition x WHERE x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
            AND x.partition = d.partition AND x."offset" = d."offset" AND x.replay_id = ${replayId} AND x.disposition <> 'came_back')
        LIMIT ${mostArrivals}) a`;
    return rows[0]?.n ?? 0;
  },

  /** When these records were written, and the latest time among each and what stands before it in its partition; one that the index has not is left out. */
  async writtenUpTo(
    place: Place,
    firsts: readonly { partition: number; offset: bigint }[],
  ): Promise<{ partition: number; offset: bigint; at: Date; newestUpTo: Date }[]> {
    return db.$queryRaw`
      SELECT d.partition, d."offset", d.at, ${latestOf(Prisma.sql`d`, Prisma.sql`<= d."offset"`)} AS "newestUpTo"
      FROM unnest(${firsts.map((each) => each.partition)}::int[], ${firsts.map((each) => each.offset)}::bigint[]) AS f(partition, "offset")
      CROSS JOIN LATERAL (
        SELECT o.* FROM dead_letter o WHERE o.cluster_id = ${place.clusterId} AND o.topic_id = ${place.topicId}
          AND o.partition = f.partition AND o."offset" = f."offset" OFFSET 0
      ) d`;
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
