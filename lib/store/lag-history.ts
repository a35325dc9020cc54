import type { PrismaScope } from './prisma.ts';

/** Lag at one moment; a group's total has no topic and no partition. */
export type LagSampleRow = {
  groupId: string;
  topic: string | null;
  partition: number | null;
  lagRecords: bigint | null;
  lagMs: number | null;
};
export type LagPoint = { at: Date; lagRecords: bigint | null; lagMs: number | null };
export type LagSeries = { topic: string | null; partition: number | null; points: LagPoint[] };

const totalTopic = '';
const totalPartition = -1;

/** Lag over time. Where nothing was measured there is no row, and so a gap. */
export const createLagHistoryStore = (db: PrismaScope) => ({
  async append(cluster: string, at: Date, rows: readonly LagSampleRow[]): Promise<void> {
    if (rows.length === 0) return;
    await db.$executeRaw`
      INSERT INTO lag_sample (cluster, group_id, topic, partition, at, lag_records, lag_ms)
      SELECT ${cluster}, s.group_id, s.topic, s.partition, ${at}, s.lag_records, s.lag_ms
      FROM unnest(${rows.map((row) => row.groupId)}::text[], ${rows.map((row) => row.topic ?? totalTopic)}::text[],
        ${rows.map((row) => row.partition ?? totalPartition)}::int[], ${rows.map((row) => row.lagRecords)}::bigint[],
        ${rows.map((row) => row.lagMs)}::float8[]) AS s(group_id, topic, partition, lag_records, lag_ms)
      ON CONFLICT DO NOTHING`;
  },

  async prune(cluster: string, before: Date): Promise<number> {
    const { count } = await db.lagSample.deleteMany({ where: { cluster, at: { lt: before } } });
    return count;
  },

  /** Totals of many groups, the worst of each step; steps without a sample are left out. */
  async totals(
    cluster: string,
    groupIds: readonly string[],
    range: { from: Date; to: Date; stepMs: number },
  ): Promise<Map<string, LagPoint[]>> {
    const rows = await db.$queryRaw<({ groupId: string } & LagPoint)[]>`
      SELECT group_id AS "groupId", date_bin(${range.stepMs} * interval '1 millisecond', at, ${range.from}) AS at,
        max(lag_records) AS "lagRecords", max(lag_ms) AS "lagMs"
      FROM lag_sample
      WHERE cluster = ${cluster} AND group_id = ANY(${[...groupIds]}) AND at >= ${range.from} AND at < ${range.to}
        AND topic = ${totalTopic} AND partition = ${totalPartition}
      GROUP BY 1, 2 ORDER BY 1, 2`;
    return Map.groupBy(rows, (row) => row.groupId);
  },

  /** The total and every partition of a group, or of one topic of it alone. */
  async series(
    cluster: string,
    groupId: string,
    range: { from: Date; to: Date; stepMs: number; topic?: string | undefined },
  ): Promise<LagSeries[]> {
    const rows = await db.$queryRaw<({ topic: string; partition: number } & LagPoint)[]>`
      SELECT topic, partition, date_bin(${range.stepMs} * interval '1 millisecond', at, ${range.from}) AS at,
        max(lag_records) AS "lagRecords", max(lag_ms) AS "lagMs"
      FROM lag_sample
      WHERE cluster = ${cluster} AND group_id = ${groupId} AND at >= ${range.from} AND at < ${range.to}
        AND (${range.topic ?? null}::text IS NULL OR topic = ${range.topic ?? null})
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
    const byPartition = Map.groupBy(rows, (row) => `${row.partition}/${row.topic}`);
    return [...byPartition.values()].flatMap((points) => {
      const [head] = points;
      if (!head) return [];
      const isTotal = head.partition === totalPartition;
      return [{ topic: isTotal ? null : head.topic, partition: isTotal ? null : head.partition, points }];
    });
  },
});
export type LagHistoryStore = ReturnType<typeof createLagHistoryStore>;
