import type { PrismaScope } from './prisma.ts';

/** Which source records have a dead letter. */
export const createDeadLetterSourceStore = (db: PrismaScope) => ({
  /** Offsets in [from, to] of a source partition that any indexed dead letter names as its origin or as what was read last. */
  async failedOffsets(
    clusterId: string,
    source: { topic: string; partition: number },
    from: bigint,
    to: bigint,
  ): Promise<bigint[]> {
    const rows = await db.$queryRaw<{ offset: bigint }[]>`
      SELECT hop_offset AS "offset" FROM dead_letter
      WHERE cluster_id = ${clusterId} AND hop_topic = ${source.topic} AND hop_partition = ${source.partition}::int
        AND hop_offset BETWEEN ${from}::bigint AND ${to}::bigint
      UNION
      SELECT origin_offset FROM dead_letter
      WHERE cluster_id = ${clusterId} AND lineage_root = ANY (
          SELECT ${source.topic} || '-' || ${source.partition}::int || '-' || o FROM generate_series(${from}::bigint, ${to}::bigint) o)
        AND origin_topic = ${source.topic} AND origin_offset IS NOT NULL`;
    return rows.map((row) => row.offset);
  },
});
export type DeadLetterSourceStore = ReturnType<typeof createDeadLetterSourceStore>;
