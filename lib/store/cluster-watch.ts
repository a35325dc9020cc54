import type { PrismaScope } from './prisma.ts';
import type { RawScope } from './raw-scope.ts';

/** Postgres takes no NUL in jsonb, and client ids may hold one. */
const toJson = (value: unknown) => JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');

/** Writes what the collector carries from round to round. */
export const createClusterWatchWrites = (db: RawScope) => ({
  /** False when a newer round stands there already: then nothing of this round may be written. */
  async save(cluster: string, data: unknown, asOf: Date): Promise<boolean> {
    const written = await db.$executeRaw`
      INSERT INTO cluster_watch (cluster, data, as_of) VALUES (${cluster}, ${toJson(data)}::jsonb, ${asOf})
      ON CONFLICT (cluster) DO UPDATE SET data = EXCLUDED.data, as_of = EXCLUDED.as_of
      WHERE cluster_watch.as_of < EXCLUDED.as_of`;
    return written === 1;
  },

  /** Writes the groups that changed and forgets those that are gone. */
  async saveGroups(
    cluster: string,
    changed: readonly { groupId: string }[],
    gone: readonly string[],
  ): Promise<void> {
    if (changed.length > 0)
      await db.$executeRaw`
        INSERT INTO group_watch (cluster, group_id, data)
        SELECT ${cluster}, g->>'groupId', g FROM jsonb_array_elements(${toJson(changed)}::jsonb) AS g
        ON CONFLICT (cluster, group_id) DO UPDATE SET data = EXCLUDED.data`;
    if (gone.length > 0)
      await db.$executeRaw`
        DELETE FROM group_watch WHERE cluster = ${cluster} AND group_id = ANY(${[...gone]})`;
  },
});

/** What the collector carries from round to round besides windows: the cluster itself, and each group as last seen. */
export const createClusterWatchStore = (db: PrismaScope) => ({
  async read(cluster: string): Promise<{ data: unknown; asOf: Date } | null> {
    const row = await db.clusterWatch.findUnique({ where: { cluster } });
    return row && { data: row.data, asOf: row.asOf };
  },

  /** When the cluster was last seen; null for never. */
  async seenAt(cluster: string): Promise<Date | null> {
    const row = await db.clusterWatch.findUnique({ where: { cluster }, select: { asOf: true } });
    return row?.asOf ?? null;
  },

  async readGroups(cluster: string): Promise<unknown[]> {
    const rows = await db.groupWatch.findMany({ where: { cluster } });
    return rows.map((row) => row.data);
  },

  ...createClusterWatchWrites(db),
});
