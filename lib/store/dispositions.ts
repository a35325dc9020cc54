import { Prisma } from '#generated/prisma/client.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import { numberArray, textArray } from './array-literal.ts';
import type { PrismaScope } from './prisma.ts';

export type LetterPlace = { topicId: string; partition: number; offset: bigint };
export type DispositionChange = {
  disposition: Exclude<Disposition, 'open'>;
  replayId: string | null;
  reason: string | null;
  by: string;
  at: Date;
};

/** The letters: a row for each partition, with all its offsets. */
function partitionsOf(letters: readonly LetterPlace[]): Prisma.Sql {
  const found = [...Map.groupBy(letters, ({ topicId, partition }) => `${topicId}:${partition}`).values()];
  const firsts = found.flatMap(([first]) => first ?? []);
  const offsets = found.map((each) => numberArray(each.map(({ offset }) => offset)));
  return Prisma.sql`(SELECT t, p, o::bigint[] AS os
    FROM unnest(${textArray(firsts.map(({ topicId }) => topicId))}::text[], ${numberArray(firsts.map(({ partition }) => partition))}::int[],
      ${textArray(offsets)}::text[]) AS u(t, p, o) OFFSET 0) AS l`;
}

/**
 * Whether a disposition is of one of `partitionsOf`. All of it is compared with arrays, which the primary key serves and a join by hashes or by order does
 * not: with columns to join by, the planner read the whole table once it knew of many rows (6,000 letters of 200,000: 120 ms, and 18 so).
 */
const isOneOf = (clusterId: string): Prisma.Sql =>
  Prisma.sql`d.cluster_id = ${clusterId} AND d.topic_id = ANY(ARRAY[l.t]) AND d.partition = ANY(ARRAY[l.p]) AND d."offset" = ANY(l.os)`;

/** Written so that no index serves it: a replay holds far more than the letters that are named. */
const heldBy = (replayId: string): Prisma.Sql =>
  Prisma.sql`d.disposition = 'in_replay' AND d.replay_id IS NOT DISTINCT FROM ${replayId}`;

/** What has become of dead letters. `open` is the absence of a row. Call inside the transaction of what decided it. */
export const createDispositionStore = (db: PrismaScope) => ({
  /**
   * Queues behind whoever decides about many dead letters of this topic at once (planning, dismissing, reopening), until the transaction
   * ends: two that take the same rows in different orders would otherwise wait for each other for ever.
   */
  async lockTopic(clusterId: string, topicId: string): Promise<void> {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`dead letters ${clusterId} ${topicId}`}, 0))`;
  },

  /** Sets the disposition of each letter, whatever it was. */
  async set(clusterId: string, letters: readonly LetterPlace[], change: DispositionChange): Promise<void> {
    const { disposition, replayId, reason, by, at } = change;
    await db.$executeRaw`
      INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, reason, by, at)
      SELECT ${clusterId}::text, l.t, l.p, o, ${disposition}, ${replayId}, ${reason}, ${by}, ${at}::timestamptz
      FROM ${partitionsOf(letters)} CROSS JOIN unnest(l.os) AS o
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET
        disposition = EXCLUDED.disposition, replay_id = EXCLUDED.replay_id, reason = EXCLUDED.reason,
        by = EXCLUDED.by, at = EXCLUDED.at`;
  },

  /**
   * Notes that these letters are returns of a replay. One that was dismissed stays so, and comes back when it is reopened; one that was
   * decided on otherwise since it arrived (another replay has it, retention took it) stays as it is.
   */
  async noteReturns(
    clusterId: string,
    letters: readonly LetterPlace[],
    { replayId, by, at }: { replayId: string; by: string; at: Date },
  ): Promise<void> {
    await db.$executeRaw`
      INSERT INTO dead_letter_disposition AS known
        (cluster_id, topic_id, partition, "offset", disposition, replay_id, reason, by, at)
      SELECT ${clusterId}::text, l.t, l.p, o, 'came_back', ${replayId}, NULL, ${by}, ${at}::timestamptz
      FROM ${partitionsOf(letters)} CROSS JOIN unnest(l.os) AS o
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET replay_id = EXCLUDED.replay_id,
        disposition = CASE known.disposition WHEN 'dismissed' THEN 'dismissed' ELSE EXCLUDED.disposition END,
        reason = CASE known.disposition WHEN 'dismissed' THEN known.reason END,
        by = CASE known.disposition WHEN 'dismissed' THEN known.by ELSE EXCLUDED.by END,
        at = CASE known.disposition WHEN 'dismissed' THEN known.at ELSE EXCLUDED.at END
      WHERE known.disposition IN ('open', 'came_back', 'dismissed')`;
  },

  /** As `set`, for those of the letters that the replay still holds: what was decided about the others since stays as it is. */
  async setHeld(
    clusterId: string,
    letters: readonly LetterPlace[],
    change: DispositionChange & { replayId: string },
  ): Promise<void> {
    const { disposition, replayId, reason, by, at } = change;
    await db.$executeRaw`
      UPDATE dead_letter_disposition d
      SET disposition = ${disposition}, reason = ${reason}, by = ${by}, at = ${at}::timestamptz FROM ${partitionsOf(letters)}
      WHERE ${isOneOf(clusterId)} AND ${heldBy(replayId)}`;
  },

  /** Of the letters that this replay has said were consumed past: they were sent, and nothing more is known. */
  async takeBack(
    clusterId: string,
    letters: readonly LetterPlace[],
    { replayId, by, at }: { replayId: string; by: string; at: Date },
  ): Promise<void> {
    await db.$executeRaw`
      UPDATE dead_letter_disposition d SET disposition = 'replayed', by = ${by}, at = ${at}::timestamptz FROM ${partitionsOf(letters)}
      WHERE ${isOneOf(clusterId)} AND d.disposition = 'consumed_past' AND d.replay_id IS NOT DISTINCT FROM ${replayId}`;
  },

  /** Makes letters open again. */
  async reopen(clusterId: string, letters: readonly LetterPlace[]): Promise<void> {
    await db.$executeRaw`
      DELETE FROM dead_letter_disposition d USING ${partitionsOf(letters)}
      WHERE ${isOneOf(clusterId)}`;
  },

  /** As `reopen`, for those of the letters that the replay still holds. */
  async reopenHeld(clusterId: string, letters: readonly LetterPlace[], replayId: string): Promise<void> {
    await db.$executeRaw`
      DELETE FROM dead_letter_disposition d USING ${partitionsOf(letters)}
      WHERE ${isOneOf(clusterId)} AND ${heldBy(replayId)}`;
  },

  /** Everything that a replay still holds (`in_replay`) becomes open again: it ended without sending it. */
  async release(replayId: string): Promise<number> {
    const { count } = await db.deadLetterDisposition.deleteMany({
      where: { replayId, disposition: 'in_replay' },
    });
    return count;
  },
});
export type DispositionStore = ReturnType<typeof createDispositionStore>;
