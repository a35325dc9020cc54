import { Prisma } from '#generated/prisma/client.ts';
import { problemSentence } from '#lib/domain/dead-letters/filter/problem.ts';
import { readFilter } from '#lib/domain/dead-letters/filter/read-filter.ts';
import type { Selection } from '#lib/domain/replays/selection.ts';
import { candidateColumns } from './candidate-page.ts';
import type { CandidateQuery } from './candidate-pages.ts';
import { filterSql } from './dead-letter-filter.ts';
import { dispositionOf } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';

/** Of what the selection names: how many may be replayed, and why the others may not. */
export type SelectionCounts = {
  named: number;
  replayable: number;
  inOtherReplay: number;
  /** Another dead letter of the same lineage root is newer, or has been dealt with since. */
  superseded: number;
  otherDisposition: number;
  /** Chosen one by one, and not in the index. */
  notFound: number;
  /** Chosen one by one, and not within the times of the selection. */
  outsideTimes: number;
};

/** The draft has read the filter before. @throws Error when it can't be read any more, or is to be frozen without its `now` */
function storedFilter(selection: { filter: string; now?: string | undefined }): Prisma.Sql {
  const { filter, problem } = readFilter(selection.filter);
  if (problem) throw new Error(`The stored filter can't be read: ${problemSentence(problem)}`);
  if (filter.usesNow && selection.now === undefined)
    throw new Error('A filter that says now is run as of a moment, which is missing.');
  return filterSql({ condition: filter.condition, now: new Date(selection.now ?? 0) });
}

/** Which dead letters `d` a selection names. @throws Error as `storedFilter` */
export function condition(selection: Selection): Prisma.Sql {
  const parts: Prisma.Sql[] = [];
  if ('fingerprint' in selection) parts.push(Prisma.sql`d.fingerprint = ${selection.fingerprint}`);
  else if ('records' in selection) {
    const partitions = selection.records.map((record) => record.partition);
    const offsets = selection.records.map((record) => BigInt(record.offset));
    parts.push(
      Prisma.sql`(d.partition, d."offset") IN (SELECT * FROM unnest(${partitions}::int[], ${offsets}::bigint[]))`,
    );
  } else if ('filter' in selection) parts.push(storedFilter(selection));
  if (selection.from) parts.push(Prisma.sql`d.at >= ${new Date(selection.from)}::timestamptz`);
  if (selection.to) parts.push(Prisma.sql`d.at < ${new Date(selection.to)}::timestamptz`);
  return parts.length === 0 ? Prisma.sql`TRUE` : Prisma.join(parts, ' AND ');
}

/** A selection of one topic's dead letters, for a replay. */
export type SelectionSource = { clusterId: string; topicId: string; selection: Selection; replayId: string };

/**
 * Everything that the selection names, each with `why` it may not be replayed, or null. What came back by a replay is not settled by that
 * same replay's outcome, which may have been written after the return arrived.
 */
const judged = ({ clusterId, topicId, selection, replayId }: SelectionSource) => Prisma.sql`
  SELECT d.*, CASE
      WHEN x.disposition = 'in_replay' AND x.replay_id <> ${replayId} THEN 'in_other_replay'
      WHEN x.disposition IS NOT NULL AND x.disposition NOT IN ('open', 'came_back', 'in_replay') THEN 'other_disposition'
      WHEN EXISTS (
        SELECT 1 FROM dead_letter n LEFT JOIN LATERAL ${dispositionOf(Prisma.sql`n`)} y ON TRUE
        WHERE n.cluster_id = d.cluster_id AND n.lineage_root = d.lineage_root
          AND (n.topic_id, n.partition, n."offset") <> (d.topic_id, d.partition, d."offset")
          AND ((n.topic_id = d.topic_id AND coalesce(y.disposition, 'open') IN ('open', 'came_back', 'in_replay')
                AND (n.at, n.partition, n."offset") > (d.at, d.partition, d."offset"))
            OR (y.disposition IN ('replayed', 'consumed_past') AND y.at > d.at
              AND NOT (x.disposition = 'came_back' AND x.replay_id IS NOT DISTINCT FROM y.replay_id)))
      ) THEN 'superseded'
    END AS why
  FROM dead_letter d LEFT JOIN LATERAL ${dispositionOf(Prisma.sql`d`)} x ON TRUE
  WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND ${condition(selection)}`;

/**
 * Which dead letters a replay may take: dispositions open and came_back (and its own, when it is planned again), of each lineage
 * root only the newest, so that nothing is sent twice by way of an older copy.
 */
export const createReplaySelectionStore = (db: PrismaScope) => ({
  async count(source: SelectionSource): Promise<SelectionCounts> {
    const rows = await db.$queryRaw<{ why: string | null; n: number }[]>`
      SELECT why, count(*)::int AS n FROM (${judged(source)}) j GROUP BY why`;
    const of = (why: string | null) => rows.find((row) => row.why === why)?.n ?? 0;
    const named = rows.reduce((sum, row) => sum + row.n, 0);
    const chosen = await this.chosen(source);
    return {
      named,
      notFound: chosen === null ? 0 : chosen.asked - chosen.indexed,
      outsideTimes: chosen === null ? 0 : Math.max(0, chosen.indexed - named),
      replayable: of(null),
      inOtherReplay: of('in_other_replay'),
      superseded: of('superseded'),
      otherDisposition: of('other_disposition'),
    };
  },

  /** Of records that were chosen one by one, each counted once, how many the index has; null for a selection that describes what it means. */
  async chosen({ clusterId, topicId, selection }: SelectionSource) {
    if (!('records' in selection)) return null;
    const { from: _from, to: _to, ...places } = selection;
    const asked = new Set(places.records.map(({ partition, offset }) => `${partition}:${BigInt(offset)}`))
      .size;
    const rows = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM dead_letter d
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND ${condition(places)}`;
    return { asked, indexed: rows[0]?.n ?? 0 };
  },

  /** What of it a replay may take, and between these what is left out for a newer one. */
  candidates: (source: SelectionSource): CandidateQuery => {
    // Fenced: `why` would be found out once for the condition and once more for its column.
    const { text, values } = Prisma.sql`SELECT ${candidateColumns} FROM (
        SELECT cluster_id, partition, "offset", at, key_hash, value_bytes, content_hash, convention, origin_topic, origin_partition, origin_offset,
          origin_at, fingerprint, exception_class, verdict, lineage_root, pointer, why
        FROM (${judged(source)}) l ORDER BY at, partition, "offset" OFFSET 0) j
      WHERE why IS NULL OR why = 'superseded' ORDER BY at, partition, "offset"`;
    // Records that are named are few of a topic, which is not gone through for them.
    return { text, values, byIndex: !('records' in source.selection) };
  },

  /** Other replays that have taken one of the named records. */
  async otherReplays(source: SelectionSource): Promise<string[]> {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT DISTINCT x.replay_id AS id FROM dead_letter d JOIN dead_letter_disposition x
        ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id AND x.partition = d.partition AND x."offset" = d."offset"
      WHERE d.cluster_id = ${source.clusterId} AND d.topic_id = ${source.topicId} AND ${condition(source.selection)}
        AND x.disposition = 'in_replay' AND x.replay_id <> ${source.replayId} LIMIT 5`;
    return rows.map((row) => row.id);
  },
});
export type ReplaySelectionStore = ReturnType<typeof createReplaySelectionStore>;
