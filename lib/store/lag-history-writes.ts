import { createHash } from 'node:crypto';
import { Prisma } from '#generated/prisma/client.ts';
import type { RawScope } from './raw-scope.ts';

/** One sample of one group; `body` holds its partitions in the order of the layout (packBody). */
export type SampleRow = {
  layout: number;
  lagRecords: bigint | null;
  lagMs: number | null;
  body: Buffer;
};
export type Resolution = '10s' | '1m';

export const sampleTables: Readonly<Record<Resolution, Prisma.Sql>> = {
  '10s': Prisma.raw('lag_sample_10s'),
  '1m': Prisma.raw('lag_sample_1m'),
};
/** What a sample of all groups of a cluster writes. */
export const createLagHistoryWrites = (db: RawScope) => ({
  /** Ids of the groups' layouts, made where they are new. @param groups with their places as JSON: `[["topic",0],…]` */
  async layouts(
    cluster: string,
    groups: readonly { groupId: string; places: string }[],
    at: Date,
  ): Promise<Map<string, number>> {
    if (groups.length === 0) return new Map();
    const wanted = groups.map(({ groupId, places }) => ({
      groupId,
      json: places,
      hash: createHash('sha256').update(places).digest('hex').slice(0, 32),
    }));
    const rows = await db.$queryRaw<{ id: number; groupId: string }[]>`
      INSERT INTO lag_layout (cluster, group_id, hash, places, used_at)
      SELECT ${cluster}, g.group_id, g.hash, g.places::jsonb, ${at}
      FROM unnest(${wanted.map((each) => each.groupId)}::text[], ${wanted.map((each) => each.hash)}::text[],
        ${wanted.map((each) => each.json)}::text[]) AS g(group_id, hash, places)
      ON CONFLICT (cluster, group_id, hash) DO UPDATE SET used_at = greatest(lag_layout.used_at, EXCLUDED.used_at)
      RETURNING id, group_id AS "groupId"`;
    return new Map(rows.map(({ id, groupId }) => [groupId, id]));
  },

  /** Adds samples of one moment; one that is there already stays as it is. */
  async append(resolution: Resolution, at: Date, rows: readonly SampleRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lengths = rows.map(({ body }) => body.length);
    await db.$executeRaw`
      INSERT INTO ${sampleTables[resolution]} (layout, at, lag_records, lag_ms, body)
      SELECT layout, ${at}, lag_records, lag_ms,
        substr(${Buffer.concat(rows.map((row) => row.body))}::bytea, (sum(bytes) OVER (ORDER BY place) - bytes + 1)::int, bytes)
      FROM unnest(${rows.map((row) => row.layout)}::int[], ${rows.map((row) => row.lagRecords)}::bigint[],
        ${rows.map((row) => (row.lagMs === null ? null : BigInt(Math.round(row.lagMs))))}::bigint[], ${lengths}::int[])
        WITH ORDINALITY AS s(layout, lag_records, lag_ms, bytes, place)
      ON CONFLICT DO NOTHING`;
  },
});
