import { Prisma } from '#generated/prisma/client.ts';
import type { IndexedFailure, Regrouped } from '#lib/domain/dead-letters/regroup-from-index.ts';
import type { DeadLetterEntry } from './dead-letter-index.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** A row of which Kafka has no record (any more). */
export type LoneRow = IndexedFailure & { offset: bigint };
/** One page of a partition: everything from `from` to before `to`. */
export type RegroupPage = TopicPlace & { target: string; partition: number; from: bigint; to: bigint };
export type PageRows = {
  /** As their records say today. */
  read: readonly DeadLetterEntry[];
  /** As the index alone says today. */
  byIndex: readonly (Regrouped & { offset: bigint })[];
  /** Rows of which nothing can be said: how many. */
  kept: number;
};

const failureColumns = [
  ['message_pattern', 'text'],
  ['fingerprint', 'text'],
  ['verdict', 'text'],
] as const;
/** All that is made of a record's headers, and what masks decide. Its place, time and content are what they were. */
const readColumns = [
  ...failureColumns,
  ['key_text', 'text'],
  ['convention', 'text'],
  ['origin_topic', 'text'],
  ['origin_partition', 'int'],
  ['origin_offset', 'bigint'],
  ['origin_at', 'timestamptz'],
  ['origin_group', 'text'],
  ['origin_provenance', 'text'],
  ['hop_topic', 'text'],
  ['hop_partition', 'int'],
  ['hop_offset', 'bigint'],
  ['exception_class', 'text'],
  ['exception_message', 'text'],
  ['top_frame', 'text'],
  ['attempts', 'int'],
  ['lineage_root', 'text'],
  ['pointer', 'boolean'],
  ['headers', 'jsonb'],
] as const;
type Columns = readonly (readonly [name: string, type: string])[];

const ofRecord = (entry: DeadLetterEntry) => ({
  offset: String(entry.offset),
  message_pattern: entry.messagePattern,
  fingerprint: entry.fingerprint,
  verdict: entry.verdict,
  key_text: entry.keyText,
  convention: entry.convention,
  origin_topic: entry.origin.topic,
  origin_partition: entry.origin.partition,
  origin_offset: entry.origin.offset === null ? null : String(entry.origin.offset),
  origin_at: entry.origin.at,
  origin_group: entry.origin.group,
  origin_provenance: entry.originProvenance,
  hop_topic: entry.hop.topic,
  hop_partition: entry.hop.partition,
  hop_offset: entry.hop.offset === null ? null : String(entry.hop.offset),
  exception_class: entry.exceptionClass,
  exception_message: entry.exceptionMessage,
  top_frame: entry.topFrame,
  attempts: entry.attempts,
  lineage_root: entry.lineageRoot,
  pointer: entry.pointer,
  headers: entry.headers,
});

/** A replay has taken it up: attempts are counted by this root, whatever the rules say today. */
const rootIsKept = Prisma.sql`(
  EXISTS (SELECT 1 FROM lineage_attempt a WHERE a.cluster_id = d.cluster_id AND a.lineage_root = d.lineage_root)
  OR EXISTS (SELECT 1 FROM replay_reservation v WHERE v.cluster_id = d.cluster_id AND v.lineage_root = d.lineage_root))`;

/** Groups rows anew, page by page. */
export const createDeadLetterRegroupStore = (db: PrismaScope) => {
  /** Changes the rows that differ, notes from which group to which they went, and says how many. */
  const change = async (
    { clusterId, topicId, partition, from, to }: RegroupPage,
    columns: Columns,
    rows: readonly object[],
  ): Promise<number> => {
    if (rows.length === 0) return 0;
    const declared = Prisma.raw(columns.map(([name, type]) => `${name} ${type}`).join(', '));
    const names = (table: string) => Prisma.raw(columns.map(([name]) => `${table}.${name}`).join(', '));
    const set = Prisma.raw(columns.map(([name]) => `${name} = n.${name}`).join(', '));
    const root = columns.some(([name]) => name === 'lineage_root')
      ? Prisma.sql`CASE WHEN ${rootIsKept} THEN d.lineage_root ELSE r.lineage_root END`
      : Prisma.sql`d.lineage_root`;
    const fresh = Prisma.join(
      columns.map(([name]) =>
        name === 'lineage_root' ? Prisma.sql`${root} AS lineage_root` : Prisma.raw(`r.${name}`),
      ),
    );
    // By its bounds too, so that a page is all that is looked at, whatever the statistics say.
    const here = Prisma.sql`d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND d.partition = ${partition}
      AND d."offset" >= ${from} AND d."offset" < ${to}`;
    const [moved] = await db.$queryRaw<{ changed: number }[]>`
      WITH n AS MATERIALIZED (
        SELECT d."offset", d.fingerprint AS was, ${fresh}
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r("offset" bigint, ${declared})
        JOIN dead_letter d ON ${here} AND d."offset" = r."offset"
      ),
      changed AS (
        UPDATE dead_letter d SET ${set} FROM n
        WHERE ${here} AND d."offset" = n."offset" AND (${names('d')}) IS DISTINCT FROM (${names('n')})
        RETURNING n.was, n.fingerprint AS now
      ),
      moves AS (
        INSERT INTO dead_letter_move AS m (cluster_id, topic_id, from_fingerprint, to_fingerprint, n)
        SELECT ${clusterId}, ${topicId}, was, now, count(*) FROM changed WHERE was <> now GROUP BY was, now
        ON CONFLICT (cluster_id, topic_id, from_fingerprint, to_fingerprint) DO UPDATE SET n = m.n + EXCLUDED.n
      )
      SELECT count(*)::int AS changed FROM changed`;
    return moved?.changed ?? 0;
  };

  return {
    /** Rows of the page that are not among these offsets, at most so many, in their order. */
    async loneRows(
      { clusterId, topicId, partition, from, to }: Omit<RegroupPage, 'target'>,
      read: readonly bigint[],
      most: number,
    ): Promise<LoneRow[]> {
      return db.$queryRaw<LoneRow[]>`
        SELECT "offset", convention, origin_topic AS "originTopic", hop_topic AS "hopTopic", exception_class AS "exceptionClass",
          exception_message AS "exceptionMessage", message_pattern AS "messagePattern", top_frame AS "topFrame", fingerprint
        FROM dead_letter WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND partition = ${partition}
          AND "offset" >= ${from} AND "offset" < ${to} AND NOT "offset" = ANY(${[...read]}::bigint[])
        ORDER BY "offset" LIMIT ${most}`;
    },

    /**
     * Groups the rows of a page anew and moves on behind it, both or neither: a page is done once, whoever else is at it. Call inside a transaction.
     * @returns false when it was done already, or the rules have changed meanwhile; then nothing is changed
     */
    async page(page: RegroupPage, { read, byIndex, kept }: PageRows): Promise<boolean> {
      const { clusterId, topicId, partition, from, to, target } = page;
      // Whoever counts letters of the topic is waited for before any row is locked, or the two could wait for each other.
      await db.$executeRaw`SELECT pg_advisory_xact_lock(dead_letter_count_lock(${clusterId}, ${topicId}))`;
      const mine = await db.$executeRaw`
        UPDATE dead_letter_regrouped p SET next_offset = least(${to}, end_offset)
        WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND partition = ${partition} AND next_offset = ${from}
          AND EXISTS (SELECT 1 FROM dead_letter_grouping g WHERE g.cluster_id = p.cluster_id AND g.topic_id = p.topic_id AND g.target = ${target})`;
      if (mine === 0) return false;
      const changed =
        (await change(page, readColumns, read.map(ofRecord))) +
        (await change(
          page,
          failureColumns,
          byIndex.map(({ offset, messagePattern, fingerprint, verdict }) => ({
            offset: String(offset),
            message_pattern: messagePattern,
            fingerprint,
            verdict,
          })),
        ));
      const looked = read.length + byIndex.length + kept;
      await db.$executeRaw`
        UPDATE dead_letter_grouping SET looked = looked + ${looked}, changed = changed + ${changed},
          by_index = by_index + ${byIndex.length}, kept = kept + ${kept}
        WHERE cluster_id = ${clusterId} AND topic_id = ${topicId}`;
      return true;
    },
  };
};
export type DeadLetterRegroupStore = ReturnType<typeof createDeadLetterRegroupStore>;
