import type { PrismaScope } from './prisma.ts';

/** How Sluice itself is, from its own tables. */
export const createSelfHealthStore = (db: PrismaScope) => ({
  async collectors(): Promise<{ cluster: string; asOf: Date | null; roundMs: number | null }[]> {
    return db.clusterSnapshot.findMany({ select: { cluster: true, asOf: true, roundMs: true } });
  },

  /** Over all dead-letter topics that exist; nulls when the index has never looked. */
  async index(): Promise<{ behindRecords: bigint | null; asOf: Date | null }> {
    const rows = await db.$queryRaw<{ behind: bigint | null; asOf: Date | null }[]>`
      SELECT sum(greatest(c.last_stable - c.next_offset, 0))::bigint AS behind, min(c.as_of) AS "asOf"
      FROM index_cursor c JOIN dead_letter_topic t ON t.cluster_id = c.cluster_id AND t.topic_id = c.topic_id
      WHERE t.gone_at IS NULL`;
    return { behindRecords: rows[0]?.behind ?? null, asOf: rows[0]?.asOf ?? null };
  },

  async replaysByState(): Promise<Map<string, number>> {
    const rows = await db.replay.groupBy({ by: ['state'], _count: true });
    return new Map(rows.map((row) => [row.state, row._count]));
  },
});
export type SelfHealthStore = ReturnType<typeof createSelfHealthStore>;
