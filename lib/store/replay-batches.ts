import type { ReplayBatchModel as Row } from '#generated/prisma/models/ReplayBatch.ts';
import {
  type BatchIntent,
  type BatchRow,
  type BatchSettlement,
  countOutcomes,
  landingRanges,
  type OutcomeCounts,
  type PackedOutcome,
} from '#lib/domain/replays/batch.ts';
import type { PrismaScope } from './prisma.ts';

const toBatch = (row: Row): BatchRow => ({
  id: row.id,
  replayId: row.replayId,
  shard: row.shard,
  fromOrdinal: row.fromOrdinal,
  toOrdinal: row.toOrdinal,
  fencingToken: row.fencingToken,
  intentAt: row.intentAt,
  intent: row.intent as unknown as BatchIntent,
  settledAt: row.settledAt,
  settlement: row.settlement as BatchSettlement | null,
  outcome: row.outcome as unknown as PackedOutcome[] | null,
});

/** Where a batch's records land: the destination, and the quarantine where something is diverted. */
export type LandingTopics = { clusterId: string; topicId: string; divertedTopicId: string | null };

/** Intents and outcomes of replays, a row a batch (invariant 2). */
export const createReplayBatchStore = (db: PrismaScope) => ({
  /** The durable intent. Call in one transaction with `leases.holds` and the lock on the replay. */
  async intend(batch: Omit<BatchRow, 'settledAt' | 'settlement' | 'outcome'>): Promise<void> {
    const { id, replayId, shard, fromOrdinal, toOrdinal, fencingToken, intentAt } = batch;
    await db.$executeRaw`
      INSERT INTO replay_batch (id, replay_id, shard, from_ordinal, to_ordinal, fencing_token, intent_at, intent)
      VALUES (${id}, ${replayId}, ${shard}, ${fromOrdinal}, ${toOrdinal}, ${fencingToken}, ${intentAt}::timestamptz,
        ${JSON.stringify(batch.intent)}::jsonb)`;
  },

  /**
   * The outcome of an intent, with the places where its records landed. Once only.
   * @returns false when it was settled before
   */
  async settle(
    batch: Pick<BatchRow, 'id' | 'replayId'>,
    target: LandingTopics,
    end: { settlement: BatchSettlement; outcome: readonly PackedOutcome[]; at: Date },
  ): Promise<boolean> {
    const { replayed, skipped, diverted, failed, unknown } = countOutcomes(end.outcome);
    const ranges = [
      ...landingRanges(end.outcome).map((range) => ({ topicId: target.topicId, ...range })),
      ...landingRanges(end.outcome, 'diverted').map((range) => ({
        topicId: target.divertedTopicId ?? target.topicId,
        ...range,
      })),
    ];
    const rows = await db.$queryRaw<unknown[]>`
      WITH settled AS (
        UPDATE replay_batch SET settled_at = ${end.at}::timestamptz, settlement = ${end.settlement},
          outcome = ${JSON.stringify(end.outcome)}::jsonb, replayed = ${replayed}, skipped = ${skipped}, diverted = ${diverted},
          failed = ${failed}, unknown = ${unknown}
        WHERE id = ${batch.id} AND settled_at IS NULL RETURNING id
      ), landed AS (
        INSERT INTO replay_landing (cluster_id, topic_id, partition, first_offset, last_offset, replay_id, batch_id)
        SELECT ${target.clusterId}, t, p, f, l, ${batch.replayId}, settled.id
        FROM settled, unnest(${ranges.map((range) => range.topicId)}::text[], ${ranges.map((range) => range.partition)}::int[],
          ${ranges.map((range) => range.first)}::bigint[], ${ranges.map((range) => range.last)}::bigint[]) AS r(t, p, f, l)
      ) SELECT id FROM settled`;
    return rows.length === 1;
  },

  async unsettled(replayId: string, shard: number): Promise<BatchRow[]> {
    const rows = await db.replayBatch.findMany({
      where: { replayId, shard, settledAt: null },
      orderBy: { fromOrdinal: 'asc' },
    });
    return rows.map(toBatch);
  },

  /** The settled batch that ends last; null when there is none. */
  async lastSettled(replayId: string, shard: number): Promise<BatchRow | null> {
    const row = await db.replayBatch.findFirst({
      where: { replayId, shard, settlement: { in: ['committed', 'unknown'] } },
      orderBy: { fromOrdinal: 'desc' },
    });
    return row && toBatch(row);
  },

  /** Which ranges of a shard have their outcomes, in sending order. */
  async settledRanges(
    replayId: string,
    shard: number,
  ): Promise<Pick<BatchRow, 'fromOrdinal' | 'toOrdinal'>[]> {
    return db.replayBatch.findMany({
      where: { replayId, shard, settlement: { in: ['committed', 'unknown'] } },
      orderBy: { fromOrdinal: 'asc' },
      select: { fromOrdinal: true, toOrdinal: true },
    });
  },

  /** How many intents there ever were: a missing cursor means something else after the first. */
  async intents(replayId: string, shard: number): Promise<number> {
    return db.replayBatch.count({ where: { replayId, shard } });
  },

  /** Settled batches of a shard in sending order, from the one that begins at `from`; a page at a time, so that memory stays bounded. */
  async *settled(
    replayId: string,
    { shard, from = 0 }: { shard: number; from?: number },
  ): AsyncGenerator<BatchRow> {
    for (let next = from; ; ) {
      const rows = await db.replayBatch.findMany({
        where: { replayId, shard, settlement: { in: ['committed', 'unknown'] }, fromOrdinal: { gte: next } },
        orderBy: { fromOrdinal: 'asc' },
        take: 20,
      });
      for (const row of rows) yield toBatch(row);
      const last = rows.at(-1);
      if (!last) return;
      next = last.toOrdinal;
    }
  },

  async counts(replayId: string): Promise<OutcomeCounts> {
    const sum = await db.replayBatch.aggregate({
      where: { replayId },
      _sum: { replayed: true, skipped: true, diverted: true, failed: true, unknown: true },
    });
    const of = (name: keyof OutcomeCounts) => sum._sum[name] ?? 0;
    return {
      replayed: of('replayed'),
      skipped: of('skipped'),
      diverted: of('diverted'),
      failed: of('failed'),
      unknown: of('unknown'),
    };
  },

  /**
   * Shards of replays that a worker has to act on although the state does not say so: an open intent of a paused one, or every shard of a started
   * replay that was aborted and whose rest is not closed yet.
   */
  async withLooseEnds(): Promise<{ replayId: string; shard: number }[]> {
    return db.$queryRaw`
      SELECT r.id AS "replayId", b.shard FROM replay r JOIN replay_batch b ON b.replay_id = r.id AND b.settled_at IS NULL
      WHERE r.started_at IS NOT NULL AND r.executed_at IS NULL AND r.state = 'paused'
      UNION
      SELECT id, generate_series(0, coalesce((plan->>'shards')::int, 1) - 1) FROM replay
      WHERE started_at IS NOT NULL AND executed_at IS NULL AND state = 'aborted'
      ORDER BY 1, 2`;
  },
});
export type ReplayBatchStore = ReturnType<typeof createReplayBatchStore>;
