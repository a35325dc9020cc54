import type { PrismaScope } from './prisma.ts';

/** `tooEarly`: the rate allows the next send so many milliseconds later. `unjudged`: nobody has judged the gates for too long. */
export type PaceAnswer = { taken: true } | { tooEarlyMs: number } | 'unjudged';

/** One token bucket a replay, on database time, shared by all of its shards (design.md, ramping). */
export const createReplayPaceStore = (db: PrismaScope) => ({
  /** The gates of the replay are judged now, by the only shard that does. */
  async judged(replayId: string): Promise<void> {
    await db.$executeRaw`
      INSERT INTO replay_pace (replay_id, next_send_at, judged_at) VALUES (${replayId}, clock_timestamp(), clock_timestamp())
      ON CONFLICT (replay_id) DO UPDATE SET judged_at = clock_timestamp()`;
  },

  /** Takes room for so many records, unless the rate does not allow a send yet or the gates were judged longer ago than `judgedWithinMs`. */
  async take(
    replayId: string,
    want: { records: number; recordsPerSecond: number; judgedWithinMs: number },
  ): Promise<PaceAnswer> {
    const lastsMs = (want.records / want.recordsPerSecond) * 1000;
    const [row] = await db.$queryRaw<{ taken: boolean; judged: boolean; waitMs: number }[]>`
      WITH pace AS (
        SELECT judged_at > clock_timestamp() - ${want.judgedWithinMs} * interval '1 millisecond' AS judged, next_send_at
        FROM replay_pace WHERE replay_id = ${replayId} FOR UPDATE
      ), took AS (
        UPDATE replay_pace SET next_send_at = clock_timestamp() + ${lastsMs} * interval '1 millisecond'
        WHERE replay_id = ${replayId} AND next_send_at <= clock_timestamp() AND (SELECT judged FROM pace)
        RETURNING 1
      )
      SELECT EXISTS (SELECT 1 FROM took) AS taken, judged,
        (extract(epoch FROM next_send_at - clock_timestamp()) * 1000)::float8 AS "waitMs" FROM pace`;
    if (!row?.judged) return 'unjudged';
    return row.taken ? { taken: true } : { tooEarlyMs: Math.max(1, Math.ceil(row.waitMs)) };
  },
});
export type ReplayPaceStore = ReturnType<typeof createReplayPaceStore>;
