import type { Convention, FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { Excerpt } from '#lib/domain/dead-letters/excerpt.ts';
import type { SearchableHeaders } from '#lib/domain/dead-letters/searchable-headers.ts';
import type { Fingerprint, Sha256 } from '#lib/domain/kernel/brand.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

export type IndexedTopic = {
  topicId: string;
  topic: string;
  kind: 'dead_letter' | 'quarantine';
  flow: string | null;
  retentionMs: bigint | null;
  cleanupPolicy: string | null;
};

export type IndexCursor = {
  topicId: string;
  partition: number;
  /** The first offset that has not been indexed yet. */
  nextOffset: bigint;
  logStart: bigint;
  lastStable: bigint;
  /** Taken before the broker was asked: everything committed before it is counted in `lastStable`. */
  asOf: Date;
};

/** A dead letter as it is indexed: everything but the payload. */
export type DeadLetterEntry = {
  partition: number;
  offset: bigint;
  at: Date;
  keyText: string | null;
  keyHash: Sha256 | null;
  valueBytes: number | null;
  contentHash: string;
  convention: Convention;
  origin: {
    topic: string | null;
    partition: number | null;
    offset: bigint | null;
    at: Date | null;
    group: string | null;
  };
  originProvenance: string;
  /** The record that the last failing consumer had read; that of the origin when there was one hop only. */
  hop: { topic: string | null; partition: number | null; offset: bigint | null };
  exceptionClass: string | null;
  exceptionMessage: string | null;
  messagePattern: string | null;
  topFrame: string | null;
  attempts: number | null;
  fingerprint: Fingerprint;
  verdict: FailureVerdict;
  lineageRoot: string;
  pointer: boolean;
  /** null when they can't be read. */
  headers: SearchableHeaders | null;
  /** What its flow lets be kept of its value, and under which rule; it is stored beside the index. */
  excerpt?: Excerpt & { rule: string };
};

const topicDeleted = 'the topic was deleted';
const nullableText = (value: bigint | number | null) => (value === null ? null : String(value));

/** What the indexer writes. One statement a batch, so that the rate is Postgres' own. */
export const createDeadLetterIndexStore = (db: PrismaScope) => ({
  /**
   * Notes the topics that are watched now. Those that no longer are count as gone; the open dead letters of one that is not in the cluster
   * any more are expired, until it turns up again under the same id (a broker that had just started may not have told of it).
   * @param existingIds ids of all topics that the cluster has; left out, only those given
   */
  async noteTopics(
    cluster: { name: string; clusterId: string },
    topics: readonly IndexedTopic[],
    at: Date,
    existingIds: readonly string[] = [],
  ): Promise<void> {
    const ids = topics.map((topic) => topic.topicId);
    await db.$executeRaw`
      DELETE FROM dead_letter_disposition x USING dead_letter_topic t
      WHERE t.cluster_id = ${cluster.clusterId} AND t.topic_id = ANY(${ids}::text[]) AND t.gone_at IS NOT NULL
        AND x.cluster_id = t.cluster_id AND x.topic_id = t.topic_id AND x.disposition = 'expired' AND x.reason = ${topicDeleted}`;
    await db.$executeRaw`
      INSERT INTO dead_letter_topic (cluster_id, topic_id, cluster, topic, kind, flow, discovered_at, retention_ms, cleanup_policy)
      SELECT ${cluster.clusterId}, t.id, ${cluster.name}, t.name, t.kind, t.flow, ${at}::timestamptz, t.retention::bigint, t.cleanup
      FROM unnest(${ids}::text[], ${topics.map((t) => t.topic)}::text[],
        ${topics.map((t) => t.kind)}::text[], ${topics.map((t) => t.flow)}::text[],
        ${topics.map((t) => nullableText(t.retentionMs))}::text[], ${topics.map((t) => t.cleanupPolicy)}::text[]
      ) AS t(id, name, kind, flow, retention, cleanup)
      ON CONFLICT (cluster_id, topic_id) DO UPDATE SET cluster = EXCLUDED.cluster, topic = EXCLUDED.topic,
        kind = EXCLUDED.kind, flow = EXCLUDED.flow, gone_at = NULL, retention_ms = EXCLUDED.retention_ms,
        cleanup_policy = EXCLUDED.cleanup_policy`;
    await db.$executeRaw`
      WITH gone AS (
        UPDATE dead_letter_topic SET gone_at = ${at}::timestamptz
        WHERE cluster_id = ${cluster.clusterId} AND gone_at IS NULL AND NOT topic_id = ANY(${ids}::text[])
        RETURNING topic_id
      )
      INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, reason, by, at)
      SELECT d.cluster_id, d.topic_id, d.partition, d."offset", 'expired', ${topicDeleted}, 'indexer', ${at}::timestamptz
      FROM dead_letter d JOIN gone g ON g.topic_id = d.topic_id
      WHERE d.cluster_id = ${cluster.clusterId} AND NOT d.topic_id = ANY(${[...existingIds]}::text[])
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET
        disposition = EXCLUDED.disposition, reason = EXCLUDED.reason, by = EXCLUDED.by, at = EXCLUDED.at
      WHERE dead_letter_disposition.disposition = 'came_back'`;
  },

  async cursors(clusterId: string): Promise<IndexCursor[]> {
    return db.indexCursor.findMany({
      where: { clusterId },
      select: {
        topicId: true,
        partition: true,
        nextOffset: true,
        logStart: true,
        lastStable: true,
        asOf: true,
      },
    });
  },

  async saveCursors(clusterId: string, cursors: readonly IndexCursor[]): Promise<void> {
    if (cursors.length === 0) return;
    await db.$executeRaw`
      INSERT INTO index_cursor (cluster_id, topic_id, partition, next_offset, log_start, last_stable, as_of)
      SELECT ${clusterId}, * FROM unnest(
        ${cursors.map((c) => c.topicId)}::text[], ${cursors.map((c) => c.partition)}::int[],
        ${cursors.map((c) => c.nextOffset)}::bigint[], ${cursors.map((c) => c.logStart)}::bigint[],
        ${cursors.map((c) => c.lastStable)}::bigint[], ${cursors.map((c) => c.asOf)}::timestamptz[])
      ON CONFLICT (cluster_id, topic_id, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset,
        log_start = EXCLUDED.log_start, last_stable = EXCLUDED.last_stable, as_of = EXCLUDED.as_of`;
  },

  /** Adds rows; one that is there already stays as it is, so a batch may be written twice. Save the cursor in the same transaction. */
  async insert({ clusterId, topicId }: TopicPlace, entries: readonly DeadLetterEntry[]): Promise<number> {
    if (entries.length === 0) return 0;
    const column = (of: (entry: DeadLetterEntry) => string | number | bigint | boolean | Date | null) =>
      entries.map((entry) => {
        const value = of(entry);
        return value === null ? null : value instanceof Date ? value.toISOString() : String(value);
      });
    return db.$executeRaw`
      INSERT INTO dead_letter (cluster_id, topic_id, partition, "offset", at, key_text, key_hash, value_bytes, content_hash,
        convention, origin_topic, origin_partition, origin_offset, origin_at, origin_group, origin_provenance,
        hop_topic, hop_partition, hop_offset, exception_class, exception_message, message_pattern, top_frame, attempts,
        fingerprint, verdict, lineage_root, pointer, headers)
      SELECT ${clusterId}, ${topicId}, r.p::int, r.o::bigint, r.at::timestamptz, r.kt, r.kh, r.vb::int, r.ch,
        r.cv, r.ot, r.op::int, r.oo::bigint, r.oa::timestamptz, r.og, r.pv,
        r.ht, r.hp::int, r.ho::bigint, r.ec, r.em, r.mp, r.tf, r.an::int, r.fp, r.vd, r.lr, r.pt::boolean, r.hd::jsonb
      FROM unnest(
        ${column((e) => e.partition)}::text[], ${column((e) => e.offset)}::text[], ${column((e) => e.at)}::text[],
        ${column((e) => e.keyText)}::text[], ${column((e) => e.keyHash)}::text[], ${column((e) => e.valueBytes)}::text[],
        ${column((e) => e.contentHash)}::text[], ${column((e) => e.convention)}::text[],
        ${column((e) => e.origin.topic)}::text[], ${column((e) => e.origin.partition)}::text[],
        ${column((e) => e.origin.offset)}::text[], ${column((e) => e.origin.at)}::text[],
        ${column((e) => e.origin.group)}::text[], ${column((e) => e.originProvenance)}::text[],
        ${column((e) => e.hop.topic)}::text[], ${column((e) => e.hop.partition)}::text[], ${column((e) => e.hop.offset)}::text[],
        ${column((e) => e.exceptionClass)}::text[], ${column((e) => e.exceptionMessage)}::text[],
        ${column((e) => e.messagePattern)}::text[], ${column((e) => e.topFrame)}::text[], ${column((e) => e.attempts)}::text[],
        ${column((e) => e.fingerprint)}::text[], ${column((e) => e.verdict)}::text[], ${column((e) => e.lineageRoot)}::text[],
        ${column((e) => e.pointer)}::text[], ${column((e) => (e.headers === null ? null : JSON.stringify(e.headers)))}::text[]
      ) AS r(p, o, at, kt, kh, vb, ch, cv, ot, op, oo, oa, og, pv, ht, hp, ho, ec, em, mp, tf, an, fp, vd, lr, pt, hd)
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO NOTHING`;
  },

  /** The log now starts here: what is below and was open (or had come back) is `expired`. Says how many. */
  async expireBelow(
    { clusterId, topicId }: TopicPlace,
    partition: number,
    logStart: bigint,
    at: Date,
  ): Promise<number> {
    return db.$executeRaw`
      INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, reason, by, at)
      SELECT cluster_id, topic_id, partition, "offset", 'expired', 'below the start of the log', 'indexer', ${at}::timestamptz
      FROM dead_letter
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND partition = ${partition} AND "offset" < ${logStart}
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET
        disposition = EXCLUDED.disposition, reason = EXCLUDED.reason, by = EXCLUDED.by, at = EXCLUDED.at
      WHERE dead_letter_disposition.disposition = 'came_back'`;
  },

  /**
   * Forgets rows from this offset on, for a log that was cut back; their dispositions, copies and excerpts go with them. Whoever decides about letters of the
   * topic is waited for before anything is locked, or the two could wait for each other.
   */
  async dropFrom({ clusterId, topicId }: TopicPlace, partition: number, offset: bigint): Promise<void> {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(dead_letter_count_lock(${clusterId}, ${topicId}))`;
    await db.deadLetterDistinctCount.deleteMany({ where: { clusterId, topicId } });
    const where = { clusterId, topicId, partition, offset: { gte: offset } };
    await db.deadLetterDisposition.deleteMany({ where });
    await db.deadLetterCopy.deleteMany({ where });
    await db.deadLetterExcerpt.deleteMany({ where });
    await db.deadLetter.deleteMany({ where });
  },

  /**
   * Which of these claims of a returned record the ledger confirms: that replay really took up that lineage root.
   * @returns `<replay id> <lineage root>` of each confirmed one
   */
  async confirmedHints(
    clusterId: string,
    hints: readonly { replayId: string; lineageRoot: string }[],
  ): Promise<Set<string>> {
    if (hints.length === 0) return new Set();
    const rows = await db.$queryRaw<{ replayId: string; lineageRoot: string }[]>`
      WITH claimed AS (
        SELECT DISTINCT * FROM unnest(${hints.map((h) => h.replayId)}::text[], ${hints.map((h) => h.lineageRoot)}::text[]) AS c(replay_id, lineage_root)
      )
      SELECT c.replay_id AS "replayId", c.lineage_root AS "lineageRoot" FROM claimed c
      WHERE EXISTS (SELECT 1 FROM lineage_attempt a
          WHERE a.cluster_id = ${clusterId} AND a.lineage_root = c.lineage_root AND a.replay_id = c.replay_id)
        OR EXISTS (SELECT 1 FROM replay_reservation r
          WHERE r.cluster_id = ${clusterId} AND r.lineage_root = c.lineage_root AND r.replay_id = c.replay_id)
        OR EXISTS (SELECT 1 FROM dead_letter_copy k
          WHERE k.cluster_id = ${clusterId} AND k.lineage_root = c.lineage_root AND k.replay_id = c.replay_id)`;
    return new Set(rows.map((row) => `${row.replayId} ${row.lineageRoot}`));
  },
});
export type DeadLetterIndexStore = ReturnType<typeof createDeadLetterIndexStore>;
