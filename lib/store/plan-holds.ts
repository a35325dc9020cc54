import { setTimeout as sleep } from 'node:timers/promises';
import { Prisma } from '#generated/prisma/client.ts';
import { isDeadlock, isLockNotAvailable, isUniqueViolation } from './failure.ts';
import type { StagedPortion } from './plan-staging.ts';
import { idleInTransactionMs, type PrismaScope } from './prisma.ts';
import { keyDigest } from './staged-rows.ts';

/** `divertedTopicId` is null where nothing is diverted. */
export type ReservedFor = { clusterId: string; destinationTopicId: string; divertedTopicId: string | null };

type By = { replayId: string; by: string; at: Date };

/** null where somebody else has put one of the rows in, or is at that and waits for one of ours: the transaction is broken, or is to be rolled back to its last savepoint. */
async function orNull<T>(statement: Promise<T>): Promise<T | null> {
  try {
    return await statement;
  } catch (error) {
    if (isUniqueViolation(error) || isDeadlock(error)) return null;
    throw error;
  }
}

const yes = () => true;
const stayMs = idleInTransactionMs / 5;

/** Takes over what a plan has staged (see plan-staging.ts), in statements over a portion of it or all. Call inside the transaction that decides the plan. */
export const createPlanHoldStore = (db: PrismaScope) => ({
  /**
   * Reserves every lineage root of the portion for the destination, or for the quarantine where its record is diverted.
   * @returns who already holds how many; when not empty, the caller rolls back. null: somebody was faster with one of them, and has given it back since
   */
  async reserve(
    { planId, portion }: Pick<StagedPortion, 'planId' | 'portion'>,
    replayId: string,
    target: ReservedFor,
  ): Promise<{ replayId: string; roots: number }[] | null> {
    const { clusterId, destinationTopicId, divertedTopicId } = target;
    // Each once: of a root only the newest dead letter is a candidate. Without a collation of their own: an index of the tables would not serve them.
    const roots = Prisma.sql`(
      SELECT lineage_root AS root,
        CASE WHEN diverted IS NULL THEN ${destinationTopicId} ELSE ${divertedTopicId ?? destinationTopicId} END AS topic_id
      FROM plan_record WHERE plan_id = ${planId} AND portion = ${portion})`;
    await db.$executeRaw`SELECT set_config('work_mem', '64MB', TRUE), set_config('jit', 'off', TRUE)`;
    await db.$executeRaw`SAVEPOINT reserving`;
    // Sorted, so that neighbours of the index come together, and those over the same roots wait for each other instead of dead-locking where each has one
    // portion. Asking row by row for a conflict takes longer than putting them in.
    const reserved = await orNull(
      db.$executeRaw`
        INSERT INTO replay_reservation (cluster_id, destination_topic_id, lineage_root, replay_id)
        SELECT ${clusterId}, topic_id, root, ${replayId} FROM ${roots} r ORDER BY root COLLATE "C", topic_id COLLATE "C"`,
    );
    if (reserved !== null) return [];
    await db.$executeRaw`ROLLBACK TO SAVEPOINT reserving`;
    // Here and in `hold`, what there is already is asked as a value of each row. Staged a moment ago, the planner has no statistics of the rows, nor of what is
    // held since: joined, all that others hold was gone through for a few, and for many once for each.
    return db.$queryRaw<{ replayId: string; roots: number }[]>`
      SELECT holder AS "replayId", count(*)::int AS roots FROM (
        SELECT (SELECT v.replay_id FROM replay_reservation v WHERE v.cluster_id = ${clusterId}
          AND v.destination_topic_id = r.topic_id AND v.lineage_root = r.root) AS holder FROM ${roots} r) h
      WHERE holder <> ${replayId} GROUP BY 1 ORDER BY 2 DESC, 1`.then((others) =>
      others.length === 0 ? null : others,
    );
  },

  /**
   * Takes the records of the portion, if they still are open or came back: what somebody has decided on since they were selected stays as it
   * is. The row itself is asked, at the moment of writing, so nobody's decision is overwritten. Most have no row yet: these are put in without asking row
   * by row again, which takes half as long, and whoever puts one in at the same moment makes that fail. Where none has one, nobody asks at all.
   * @returns how many were taken; fewer than there are means plan again. null: somebody was faster with one of them, and the transaction is broken
   */
  async hold(
    { planId, portion, records, spans }: StagedPortion,
    { clusterId, topicId }: { clusterId: string; topicId: string },
    { replayId, by, at }: By,
  ): Promise<number | null> {
    const ofTopic = Prisma.sql`x.cluster_id = ${clusterId} AND x.topic_id = ${topicId} AND x.partition = r.partition`;
    const place = Prisma.sql`${ofTopic} AND x."offset" = r."offset"`;
    const staged = Prisma.sql`plan_record r WHERE r.plan_id = ${planId} AND r.portion = ${portion}`;
    // A scan of a table that has next to nothing in it is the cheapest look into it, until the plan itself has filled it.
    await db.$executeRaw`SELECT set_config('enable_seqscan', 'off', TRUE)`;
    // Portions may reach into each other: what this replay has taken already is not decided by somebody else.
    const [decided] = await db.$queryRaw<{ any: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM unnest(${spans.map((span) => span.partition)}::int[], ${spans.map(({ first }) => first)}::bigint[],
          ${spans.map(({ last }) => last)}::bigint[]) AS r(partition, first, last)
        CROSS JOIN LATERAL (SELECT 1 FROM dead_letter_disposition x WHERE ${ofTopic} AND x."offset" BETWEEN r.first AND r.last
          AND NOT (x.disposition = 'in_replay' AND x.replay_id = ${replayId}) LIMIT 1) x) AS any`;
    const undecided = Prisma.sql`AND (SELECT x.disposition FROM dead_letter_disposition x WHERE ${place}) IS NULL`;
    const added = await orNull(
      db.$executeRaw`
        INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, reason, by, at)
        SELECT ${clusterId}, ${topicId}, r.partition, r."offset", 'in_replay', ${replayId}, NULL, ${by}, ${at}::timestamptz
        FROM ${staged} ${decided?.any ? undecided : Prisma.empty}`,
    );
    if (added === null) return null;
    const takeDecided = () => db.$executeRaw`
      UPDATE dead_letter_disposition d SET disposition = 'in_replay', replay_id = ${replayId}, reason = NULL, by = ${by}, at = ${at}::timestamptz
      FROM (SELECT (SELECT x.ctid FROM dead_letter_disposition x WHERE ${place}) AS row FROM ${staged} OFFSET 0) f
      WHERE d.ctid = f.row AND d.disposition IN ('open', 'came_back')`;
    const taken = added === records ? 0 : await takeDecided();
    await db.$executeRaw`SELECT set_config('enable_seqscan', 'on', TRUE)`;
    return added + taken;
  },

  /** Waits for what is made outside of the transaction, which is kept from being ended as one that nobody uses. */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(yes, yes);
    while (!(await Promise.race([ended, sleep(stayMs, false, { ref: false })]))) await db.$queryRaw`SELECT 1`;
    return work;
  },

  /** Makes the staged chunks the manifest of the replay, in place of an earlier one. @returns how many records they have */
  async takeChunks(planId: number, replayId: string): Promise<number> {
    await db.manifestChunk.deleteMany({ where: { replayId } });
    const rows = await db.$queryRaw<{ n: number }[]>`
      WITH taken AS (INSERT INTO manifest_chunk (replay_id, "index", first_ordinal, records, root, packed)
        SELECT ${replayId}, "index", first_ordinal, records, root, packed FROM plan_chunk WHERE plan_id = ${planId} RETURNING records)
      SELECT coalesce(sum(records), 0)::int AS n FROM taken`;
    return rows[0]?.n ?? 0;
  },

  /** @param written newest time by hash of the key, in ms of the epoch. @returns how many of these keys are staged, and were written after the newest staged record of theirs */
  async keysWrittenSince(planId: number, written: ReadonlyMap<string, number>): Promise<number> {
    // A record's time is what its producer said: it may be past what a date can hold.
    const times = [...written.values()].map((ms) => BigInt(Math.min(ms, Number.MAX_SAFE_INTEGER)));
    const digests = [...written.keys()].map(keyDigest);
    const rows = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM unnest(${digests}::uuid[], ${times}::bigint[]) AS w(digest, ms)
      JOIN (SELECT key_digest AS digest, max(at) AS newest FROM plan_record WHERE plan_id = ${planId}
        AND key_digest = ANY(${digests}::uuid[]) GROUP BY 1) k ON k.digest = w.digest
      WHERE w.ms > (extract(epoch FROM k.newest) * 1000)::bigint`;
    return rows[0]?.n ?? 0;
  },

  /** How many of the staged records were written since. */
  async stagedSince(planId: number, since: Date): Promise<number> {
    const rows = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM plan_record WHERE plan_id = ${planId} AND at >= ${since}::timestamptz`;
    return rows[0]?.n ?? 0;
  },

  /** Drops what was staged, and what a process that ended between staging and deciding left more than an hour ago. Call it in a transaction. */
  async discard(planIds: readonly number[]): Promise<void> {
    const dropped = await db.$executeRaw`
      DELETE FROM plan_staging WHERE id = ANY(${[...planIds]}::int[]) OR staged_at < now() - interval '1 hour'`;
    if (dropped === 0) return;
    // A million rows that are deleted one by one take most of a second, and have to be cleaned up.
    if (await emptied(db)) return;
    // With what was still written where the connection was lost: a plan is there before its first record.
    await db.$executeRaw`DELETE FROM plan_record r WHERE NOT EXISTS (SELECT 1 FROM plan_staging s WHERE s.id = r.plan_id)`;
    await db.$executeRaw`DELETE FROM plan_chunk c WHERE NOT EXISTS (SELECT 1 FROM plan_staging s WHERE s.id = c.plan_id)`;
  },
});
export type PlanHoldStore = ReturnType<typeof createPlanHoldStore>;

/** Whether it could empty the tables of what is staged: nobody else stages anything, nor reads it, nor may begin to before this transaction ends. */
async function emptied(db: PrismaScope): Promise<boolean> {
  await db.$executeRaw`SAVEPOINT emptying`;
  const locked = db.$executeRaw`LOCK TABLE plan_staging, plan_record, plan_chunk IN ACCESS EXCLUSIVE MODE NOWAIT`;
  const alone = await locked.then(
    async () => (await db.$queryRaw<unknown[]>`SELECT 1 FROM plan_staging LIMIT 1`).length === 0,
    (error: unknown) => {
      if (isLockNotAvailable(error)) return false;
      throw error;
    },
  );
  if (alone) await db.$executeRaw`TRUNCATE plan_record, plan_chunk`;
  // With its locks.
  else await db.$executeRaw`ROLLBACK TO SAVEPOINT emptying`;
  return alone;
}
