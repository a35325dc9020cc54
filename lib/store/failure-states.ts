import { Prisma } from '#generated/prisma/client.ts';
import { countedHours } from './dead-letter-counts.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

export type FailurePlace = TopicPlace & { fingerprint: string };

/** What people did about a failure group and still holds: who has it, and until when it is muted or snoozed. */
export type FailureState = FailurePlace & {
  claimedBy: string | null;
  claimedAt: Date | null;
  mutedUntil: Date | null;
  muteReason: string | null;
  mutedBy: string | null;
  snoozedUntil: Date | null;
  snoozedBy: string | null;
};
export type FailureChange = Partial<Omit<FailureState, keyof FailurePlace>>;

/** Of a topic: how many failure groups still have open letters, and how many of those have been claimed, by whom. */
export type TopicClaims = { topicId: string; open: number; claimed: number; by: string[] };

/** A mute holds until its time. */
const muted = (now: Date) => Prisma.sql`s.muted_until > ${now}::timestamptz`;

/**
 * A snooze holds until its time or until a letter of the group is indexed past where the index stood when it was snoozed. Rows are looked at
 * only in the chunk of offsets in which that is; what lies beyond is known from the counts.
 */
const snoozed = (now: Date) => Prisma.sql`(s.snoozed_until > ${now}::timestamptz AND NOT EXISTS (
  SELECT 1 FROM index_cursor c
  CROSS JOIN LATERAL (SELECT coalesce((s.snooze_ends ->> c.partition::text)::bigint, 0) AS "end" OFFSET 0) e
  WHERE c.cluster_id = s.cluster_id AND c.topic_id = s.topic_id AND (
    EXISTS (SELECT 1 FROM dead_letter d WHERE d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id AND d.partition = c.partition
      AND d."offset" >= e."end" AND d."offset" < (dead_letter_chunk(e."end") + 1) << 10 AND d.fingerprint = s.fingerprint)
    OR EXISTS (SELECT 1 FROM dead_letter_kind k JOIN dead_letter_hour h ON h.kind = k.id
      WHERE k.cluster_id = s.cluster_id AND k.topic_id = s.topic_id AND k.fingerprint = s.fingerprint
        AND h.partition = c.partition AND h.chunk > dead_letter_chunk(e."end") AND h.n > 0)
    OR EXISTS (SELECT 1 FROM dead_letter_kind k JOIN dead_letter_delta f ON f.kind = k.id
      WHERE k.cluster_id = s.cluster_id AND k.topic_id = s.topic_id AND k.fingerprint = s.fingerprint
        AND f.partition = c.partition AND f.chunk > dead_letter_chunk(e."end") AND f.n > 0))))`;

const columns = (now: Date) => Prisma.sql`
  s.cluster_id AS "clusterId", s.topic_id AS "topicId", s.fingerprint,
  s.claimed_by AS "claimedBy", s.claimed_at AS "claimedAt",
  CASE WHEN ${muted(now)} THEN s.muted_until END AS "mutedUntil",
  CASE WHEN ${muted(now)} THEN s.mute_reason END AS "muteReason",
  CASE WHEN ${muted(now)} THEN s.muted_by END AS "mutedBy",
  CASE WHEN ${snoozed(now)} THEN s.snoozed_until END AS "snoozedUntil",
  CASE WHEN ${snoozed(now)} THEN s.snoozed_by END AS "snoozedBy"`;

/** Failure groups that somebody claimed, muted or snoozed. What is over is not told of. */
export const createFailureStateStore = (db: PrismaScope) => ({
  /** Of one topic. */
  async of({ clusterId, topicId }: TopicPlace, now: Date): Promise<FailureState[]> {
    return db.$queryRaw<FailureState[]>`
      SELECT ${columns(now)} FROM failure_state s WHERE s.cluster_id = ${clusterId} AND s.topic_id = ${topicId}`;
  },

  /** Locks the state of a group until the transaction ends, whether there is one yet or not, and reads it; null = none. */
  async readForUpdate(place: FailurePlace, now: Date): Promise<FailureState | null> {
    const { clusterId, topicId, fingerprint } = place;
    await db.$executeRaw`
      INSERT INTO failure_state (cluster_id, topic_id, fingerprint, updated_at)
      VALUES (${clusterId}, ${topicId}, ${fingerprint}, ${now}::timestamptz) ON CONFLICT DO NOTHING`;
    const rows = await db.$queryRaw<FailureState[]>`
      SELECT ${columns(now)} FROM failure_state s
      WHERE s.cluster_id = ${clusterId} AND s.topic_id = ${topicId} AND s.fingerprint = ${fingerprint} FOR UPDATE`;
    return rows[0] ?? null;
  },

  /** Sets what is named. A snooze also remembers how far the index has come, to tell what arrives later. */
  async change(place: FailurePlace, change: FailureChange, now: Date): Promise<void> {
    const { clusterId, topicId, fingerprint } = place;
    await db.failureState.update({
      where: { clusterId_topicId_fingerprint: { clusterId, topicId, fingerprint } },
      data: { ...change, updatedAt: now },
    });
    if (change.snoozedUntil === undefined) return;
    await db.$executeRaw`
      UPDATE failure_state SET snooze_ends = (
        SELECT coalesce(jsonb_object_agg(c.partition::text, c.next_offset), '{}') FROM index_cursor c
        WHERE c.cluster_id = ${clusterId} AND c.topic_id = ${topicId})
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND fingerprint = ${fingerprint}`;
  },

  /** Whether the index knows a letter of this failure group. */
  async isKnown({ clusterId, topicId, fingerprint }: FailurePlace): Promise<boolean> {
    const found = await db.deadLetter.findFirst({
      where: { clusterId, topicId, fingerprint },
      select: { offset: true },
    });
    return found !== null;
  },

  /** Failure groups that are not to be shown as needing anybody: muted ones, and (unless left out) snoozed ones. */
  async quiet(now: Date, options: { snoozed: boolean }): Promise<FailurePlace[]> {
    const asleep = options.snoozed ? Prisma.sql`OR ${snoozed(now)}` : Prisma.empty;
    return db.$queryRaw<FailurePlace[]>`
      SELECT s.cluster_id AS "clusterId", s.topic_id AS "topicId", s.fingerprint
      FROM failure_state s WHERE ${muted(now)} ${asleep}`;
  },

  /** Of topics in which a group is claimed: who has how much of what is open and neither muted nor snoozed. */
  async claims(now: Date): Promise<TopicClaims[]> {
    const claimed = await db.failureState.findMany({
      where: { claimedBy: { not: null } },
      distinct: ['clusterId', 'topicId'],
      select: { clusterId: true, topicId: true },
    });
    const perCluster = [...Map.groupBy(claimed, (topic) => topic.clusterId)].map(([clusterId, topics]) => {
      const topicIds = topics.map((topic) => topic.topicId);
      return db.$queryRaw<TopicClaims[]>`
        WITH ${countedHours({ clusterId, topicIds, without: [] })}
        SELECT g.topic_id AS "topicId", count(*)::int AS open, count(s.claimed_by)::int AS claimed,
          coalesce(array_agg(DISTINCT s.claimed_by) FILTER (WHERE s.claimed_by IS NOT NULL), '{}') AS by
        FROM (
          SELECT k.topic_id, k.fingerprint FROM hours JOIN k ON k.id = hours.kind GROUP BY 1, 2 HAVING sum(n - closed) > 0
        ) g LEFT JOIN failure_state s ON s.cluster_id = ${clusterId} AND s.topic_id = g.topic_id AND s.fingerprint = g.fingerprint
        WHERE s.fingerprint IS NULL OR NOT (coalesce(${muted(now)}, false) OR coalesce(${snoozed(now)}, false))
        GROUP BY g.topic_id`;
    });
    return (await Promise.all(perCluster)).flat();
  },
});
export type FailureStateStore = ReturnType<typeof createFailureStateStore>;
