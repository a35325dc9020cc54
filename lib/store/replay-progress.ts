import type { PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { settledOf } from '#lib/domain/replays/verification.ts';
import type { PrismaScope } from './prisma.ts';

export type ProgressCounts = {
  replayed: number;
  skipped: number;
  diverted: number;
  failed: number;
  unknown: number;
  /** Settled: the target group's committed offsets have passed them, and they did not come back. */
  consumedPast: number;
  cameBack: number;
};

const int32Max = 2_147_483_647;

const nothing: ProgressCounts = {
  replayed: 0,
  skipped: 0,
  diverted: 0,
  failed: 0,
  unknown: 0,
  consumedPast: 0,
  cameBack: 0,
};

/** How far replays are, read from the rows that the worker writes. */
export const createReplayProgressStore = (db: PrismaScope) => ({
  async of(replays: readonly Pick<Replay, 'id' | 'state' | 'run'>[]): Promise<Map<string, ProgressCounts>> {
    const ids = replays.map(({ id }) => id);
    const settled = replays.map((replay) => Math.min(settledOf(replay).settledTo, int32Max));
    const rows = await db.$queryRaw<({ id: string } & ProgressCounts)[]>`
      SELECT r.id, coalesce(b.replayed, 0)::int AS replayed, coalesce(b.skipped, 0)::int AS skipped,
        coalesce(b.diverted, 0)::int AS diverted, coalesce(b.failed, 0)::int AS failed,
        coalesce(b.unknown, 0)::int AS unknown, greatest(0, coalesce(l.passed, 0) - coalesce(t.settled, 0))::int AS "consumedPast",
        coalesce(t.returned, 0)::int AS "cameBack"
      FROM unnest(${ids}::text[]) AS r(id)
      LEFT JOIN (SELECT replay_id, sum(replayed) AS replayed, sum(skipped) AS skipped, sum(diverted) AS diverted,
          sum(failed) AS failed, sum(unknown) AS unknown
        FROM replay_batch WHERE replay_id = ANY(${ids}::text[]) GROUP BY replay_id) b ON b.replay_id = r.id
      LEFT JOIN (SELECT g.replay_id, sum(greatest(0, least(w.committed, g.last_offset + 1) - g.first_offset)) AS passed
        FROM replay_landing g JOIN replay o ON o.id = g.replay_id AND o.destination_topic_id = g.topic_id
          JOIN replay_watermark w ON w.replay_id = g.replay_id AND w.partition = g.partition
          JOIN replay_batch b ON b.id = g.batch_id
          JOIN unnest(${ids}::text[], ${settled}::int[]) AS s(id, settled_to) ON s.id = g.replay_id AND b.to_ordinal <= s.settled_to
        GROUP BY g.replay_id) l ON l.replay_id = r.id
      LEFT JOIN (SELECT t.replay_id, count(*) AS returned, count(*) FILTER (WHERE t.ordinal < s.settled_to) AS settled
        FROM replay_return t JOIN unnest(${ids}::text[], ${settled}::int[]) AS s(id, settled_to) ON s.id = t.replay_id
        GROUP BY t.replay_id) t ON t.replay_id = r.id`;
    return new Map(
      ids.map((id) => {
        const { id: _id, ...counts } = rows.find((row) => row.id === id) ?? { id, ...nothing };
        return [id, counts];
      }),
    );
  },

  /** Outcomes of the entries [from, to) that have one, by ordinal. */
  async outcomes(replayId: string, from: number, to: number): Promise<Map<number, PackedOutcome>> {
    const rows = await db.replayBatch.findMany({
      where: { replayId, fromOrdinal: { lt: to }, toOrdinal: { gt: from }, settledAt: { not: null } },
      orderBy: { intentAt: 'asc' },
      select: { outcome: true },
    });
    const found = new Map<number, PackedOutcome>();
    for (const row of rows)
      for (const outcome of (row.outcome ?? []) as unknown as PackedOutcome[])
        if (outcome[0] >= from && outcome[0] < to) found.set(outcome[0], outcome);
    return found;
  },
});
export type ReplayProgressStore = ReturnType<typeof createReplayProgressStore>;
