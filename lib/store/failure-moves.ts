import type { Followed, GroupMove, HeldState } from '#lib/domain/dead-letters/follow-states.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** What is held about failure groups goes with their letters when these are grouped anew. */
export const createFailureMoveStore = (db: PrismaScope) => ({
  /** Locks what is held about a topic's failure groups until the transaction ends. What is over does not count. */
  async held({ clusterId, topicId }: TopicPlace, now: Date): Promise<HeldState[]> {
    return db.$queryRaw<HeldState[]>`
      SELECT fingerprint, claimed, quiet FROM (
        SELECT fingerprint, claimed_by IS NOT NULL AS claimed,
          coalesce(muted_until > ${now}::timestamptz, false) OR coalesce(snoozed_until > ${now}::timestamptz, false) AS quiet
        FROM failure_state WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} FOR UPDATE
      ) s WHERE claimed OR quiet ORDER BY fingerprint`;
  },

  /** From which group to which letters went since grouping anew began. */
  async moves({ clusterId, topicId }: TopicPlace): Promise<GroupMove[]> {
    return db.$queryRaw<GroupMove[]>`
      SELECT from_fingerprint AS "from", to_fingerprint AS "to", n::int AS letters FROM dead_letter_move
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId}`;
  },

  /** How many of the letters that were grouped anew are in each of these groups now; those that arrived meanwhile are not counted. */
  async letters(
    { clusterId, topicId }: TopicPlace,
    fingerprints: readonly string[],
  ): Promise<Map<string, number>> {
    const rows = await db.$queryRaw<{ fingerprint: string; n: number }[]>`
      SELECT d.fingerprint, count(*)::int AS n FROM dead_letter d
      JOIN dead_letter_regrouped p ON p.cluster_id = d.cluster_id AND p.topic_id = d.topic_id AND p.partition = d.partition
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND d.fingerprint = ANY(${[...fingerprints]}::text[])
        AND d."offset" < p.end_offset GROUP BY 1`;
    return new Map(rows.map(({ fingerprint, n }) => [fingerprint, n]));
  },

  /** Takes what is held from one group to another, of which nothing is held. */
  async follow({ clusterId, topicId }: TopicPlace, { from, to, what }: Followed, at: Date): Promise<void> {
    await db.failureState.deleteMany({ where: { clusterId, topicId, fingerprint: to } });
    if (what === 'all') {
      await db.$executeRaw`
        UPDATE failure_state SET fingerprint = ${to}, updated_at = ${at}::timestamptz
        WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND fingerprint = ${from}`;
      return;
    }
    await db.$executeRaw`
      INSERT INTO failure_state (cluster_id, topic_id, fingerprint, claimed_by, claimed_at, updated_at)
      SELECT cluster_id, topic_id, ${to}, claimed_by, claimed_at, ${at}::timestamptz FROM failure_state
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND fingerprint = ${from}`;
    await db.$executeRaw`
      UPDATE failure_state SET claimed_by = NULL, claimed_at = NULL, updated_at = ${at}::timestamptz
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND fingerprint = ${from}`;
  },
});
export type FailureMoveStore = ReturnType<typeof createFailureMoveStore>;
