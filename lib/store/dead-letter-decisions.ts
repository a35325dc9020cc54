import { Prisma } from '#generated/prisma/client.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { Selection } from '#lib/domain/replays/selection.ts';
import { inLog, joined } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';
import { condition } from './replay-selection.ts';

type Source = { clusterId: string; topicId: string; selection: Selection };
type Decision = { reason: string; by: string; at: Date };
/** How many letters, and the digest of their coordinates (docs/adr/0013). */
type LettersDigest = { records: number; digest: string };

const named = ({ clusterId, topicId, selection }: Source) =>
  Prisma.sql`d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND ${condition(selection)}`;

const dismissable = Prisma.sql`(x.disposition IS NULL OR x.disposition IN ('open', 'came_back')) AND ${inLog}`;
const dismissed = Prisma.sql`x.disposition = 'dismissed' AND ${inLog}`;

/** SHA-256 of one line a letter, `<topic id> <partition> <offset>` and a line feed, by partition and offset; made here, so that no list leaves the database. */
const digested = (topicId: string, from: Prisma.Sql) => Prisma.sql`
  SELECT count(*)::int AS records, encode(sha256(convert_to(coalesce(
    string_agg(${topicId} || ' ' || l.partition || ' ' || l."offset" || E'\\n', '' ORDER BY l.partition, l."offset"), ''), 'UTF8')), 'hex') AS digest
  FROM ${from} l`;

/** Dismissing dead letters and taking that back, set by set. What changes says itself how many it was, and which. */
export const createDeadLetterDecisionStore = (db: PrismaScope) => {
  const digestOf = async (query: Prisma.Sql): Promise<LettersDigest> => {
    const [row] = await db.$queryRaw<LettersDigest[]>`${query}`;
    if (!row) throw new Error('The database gave no digest.');
    return row;
  };
  const chosen = (source: Source, which: Prisma.Sql) =>
    Prisma.sql`SELECT d.partition, d."offset" ${joined} WHERE ${named(source)} AND ${which}`;

  return {
    /** Of what the selection names: how many of each disposition. What is below the log start is expired. */
    async countNamed(source: Source): Promise<Partial<Record<Disposition, number>>> {
      const rows = await db.$queryRaw<{ disposition: Disposition; n: number }[]>`
        SELECT CASE WHEN ${inLog} THEN coalesce(x.disposition, 'open') ELSE 'expired' END AS disposition, count(*)::int AS n
        ${joined} WHERE ${named(source)} GROUP BY 1 ORDER BY 1`;
      return Object.fromEntries(rows.map((row) => [row.disposition, row.n]));
    },

    /** What `dismiss` would dismiss now. */
    previewDismiss: (source: Source): Promise<LettersDigest> =>
      digestOf(digested(source.topicId, Prisma.sql`(${chosen(source, dismissable)})`)),

    /** What `reopen` would reopen now. */
    previewReopen: (source: Source): Promise<LettersDigest> =>
      digestOf(digested(source.topicId, Prisma.sql`(${chosen(source, dismissed)})`)),

    /**
     * Dismisses what of the selection is open or came back, by the row's own word at the moment of writing. That it came back by a replay
     * is kept for the day it is reopened.
     */
    dismiss: (source: Source, { reason, by, at }: Decision): Promise<LettersDigest> =>
      digestOf(Prisma.sql`
        WITH changed AS (
          INSERT INTO dead_letter_disposition AS known
            (cluster_id, topic_id, partition, "offset", disposition, reason, by, at)
          SELECT ${source.clusterId}, ${source.topicId}, c.partition, c."offset", 'dismissed', ${reason}, ${by}, ${at}::timestamptz
          FROM (${chosen(source, dismissable)} ORDER BY d.partition, d."offset") c
          ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET disposition = EXCLUDED.disposition,
            replay_id = CASE known.disposition WHEN 'came_back' THEN known.replay_id END,
            reason = EXCLUDED.reason, by = EXCLUDED.by, at = EXCLUDED.at
          WHERE known.disposition IN ('open', 'came_back')
          RETURNING known.partition, known."offset"
        ) ${digested(source.topicId, Prisma.sql`changed`)}`),

    /**
     * Takes dismissals back: what had come back by a replay is `came_back` again, the others are open. Rows are found again by their place on
     * disk, which their lock keeps: a join with the list of a million chosen ones was planned as a loop over all of it for each of them.
     */
    reopen: (source: Source, { by, at }: Omit<Decision, 'reason'>): Promise<LettersDigest> =>
      digestOf(Prisma.sql`
        WITH chosen AS MATERIALIZED (
          SELECT x.ctid AS place, x.replay_id FROM dead_letter_disposition x
          JOIN dead_letter d ON d.cluster_id = x.cluster_id AND d.topic_id = x.topic_id AND d.partition = x.partition AND d."offset" = x."offset"
          LEFT JOIN index_cursor c ON c.cluster_id = d.cluster_id AND c.topic_id = d.topic_id AND c.partition = d.partition
          WHERE ${named(source)} AND ${dismissed}
          FOR UPDATE OF x
        ),
        returned AS (
          UPDATE dead_letter_disposition SET disposition = 'came_back', reason = NULL, by = ${by}, at = ${at}::timestamptz
          WHERE ctid = ANY(ARRAY(SELECT place FROM chosen WHERE replay_id IS NOT NULL)) AND disposition = 'dismissed'
          RETURNING partition, "offset"
        ),
        opened AS (
          DELETE FROM dead_letter_disposition
          WHERE ctid = ANY(ARRAY(SELECT place FROM chosen WHERE replay_id IS NULL)) AND disposition = 'dismissed'
          RETURNING partition, "offset"
        ) ${digested(source.topicId, Prisma.sql`(SELECT * FROM returned UNION ALL SELECT * FROM opened)`)}`),
  };
};
export type DeadLetterDecisionStore = ReturnType<typeof createDeadLetterDecisionStore>;
