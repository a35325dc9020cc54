import { topicName } from '#lib/domain/kernel/brand.ts';
import type { SendingPlace } from '#lib/domain/replays/chunk-search.ts';
import type { PrismaScope } from './prisma.ts';

export type RecordPlace = { cluster: string; topic: string; partition: number; offset: bigint };

const lettersMost = 100;

/** Which replays had a record: as a dead letter, as what they sent, or as the first record of its lineage. */
export const createReplayDecisionStore = (db: PrismaScope) => ({
  /** Lineage roots of what the index has at this place, of topics of this name that are gone too. */
  async rootsOfDeadLetter({ cluster, topic, partition, offset }: RecordPlace): Promise<string[]> {
    const rows = await db.$queryRaw<{ root: string }[]>`
      SELECT DISTINCT d.lineage_root AS root FROM dead_letter_topic t
      JOIN dead_letter d ON d.cluster_id = t.cluster_id AND d.topic_id = t.topic_id
      WHERE t.cluster = ${cluster} AND t.topic = ${topic} AND d.partition = ${partition} AND d."offset" = ${offset}`;
    return rows.map(({ root }) => root);
  },

  /** What replays put at this place, by the ledger: of the destination, or of the quarantine where it was diverted. */
  async landedAt({
    cluster,
    topic,
    partition,
    offset,
  }: RecordPlace): Promise<{ replayId: string; ordinal: number }[]> {
    return db.$queryRaw<{ replayId: string; ordinal: number }[]>`
      SELECT l.replay_id AS "replayId", (o->>0)::int AS ordinal FROM replay r
      JOIN replay_landing l ON l.replay_id = r.id AND l.topic_id = CASE WHEN r.destination_topic = ${topic}
        THEN r.destination_topic_id ELSE r.plan->'diversion'->>'topicId' END
      JOIN replay_batch b ON b.id = l.batch_id
      CROSS JOIN LATERAL jsonb_array_elements(b.outcome) o
      WHERE r.cluster = ${cluster} AND (r.destination_topic = ${topic} OR r.plan->'diversion'->>'topic' = ${topic})
        AND l.partition = ${partition} AND ${offset}::bigint BETWEEN l.first_offset AND l.last_offset
        AND (o->>2)::int = ${partition} AND o->>3 = ${String(offset)}`;
  },

  /** Replays of a cluster that sent a record of one of these lineage roots or hold one, newest first. */
  async having(cluster: string, roots: readonly string[], most: number): Promise<string[]> {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT r.id FROM replay r JOIN (
        SELECT replay_id AS id FROM lineage_attempt WHERE lineage_root = ANY(${[...roots]}::text[])
        UNION
        SELECT x.replay_id FROM dead_letter d JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id
          AND x.topic_id = d.topic_id AND x.partition = d.partition AND x."offset" = d."offset"
        WHERE d.lineage_root = ANY(${[...roots]}::text[]) AND x.replay_id IS NOT NULL
        UNION
        SELECT replay_id FROM dead_letter_copy c JOIN dead_letter d ON d.cluster_id = c.cluster_id
          AND d.topic_id = c.topic_id AND d.partition = c.partition AND d."offset" = c."offset"
        WHERE d.lineage_root = ANY(${[...roots]}::text[])
      ) h ON h.id = r.id
      WHERE r.cluster = ${cluster} ORDER BY r.created_at DESC, r.id LIMIT ${most}`;
    return rows.map(({ id }) => id);
  },

  /** Dead letters of a lineage root, as far as the index has them, each by what decides where it stands in a manifest. */
  async lettersOf(cluster: string, root: string): Promise<SendingPlace[]> {
    const rows = await db.$queryRaw<
      {
        topic: string;
        partition: number;
        offset: bigint;
        originTopic: string | null;
        originPartition: number | null;
        originOffset: bigint | null;
      }[]
    >`
      SELECT t.topic, d.partition, d."offset", d.origin_topic AS "originTopic",
        d.origin_partition AS "originPartition", d.origin_offset AS "originOffset"
      FROM dead_letter d JOIN dead_letter_topic t ON t.cluster_id = d.cluster_id AND t.topic_id = d.topic_id
      WHERE d.lineage_root = ${root} AND t.cluster = ${cluster} ORDER BY d.at LIMIT ${lettersMost}`;
    return rows.map(({ topic, partition, offset, originTopic, originPartition, originOffset }) => ({
      ...{ topic: topicName(topic), partition, offset },
      origin:
        originTopic === null || originPartition === null || originOffset === null
          ? null
          : { topic: topicName(originTopic), partition: originPartition, offset: originOffset },
    }));
  },

  async chunkCount(replayId: string): Promise<number> {
    const [row] = await db.$queryRaw<{ chunks: number }[]>`
      SELECT count(*)::int AS chunks FROM manifest_chunk WHERE replay_id = ${replayId}`;
    return row?.chunks ?? 0;
  },
});
export type ReplayDecisionStore = ReturnType<typeof createReplayDecisionStore>;
