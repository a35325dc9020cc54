import { type Sha256, sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { PrismaScope } from './prisma.ts';

export type FlowVersion = { version: number; hash: Sha256; declaredAt: Date };
/** A declaration as it is in force in a process. */
export type DeclaredFlow = { cluster: string; flow: string; hash: Sha256; declaration: unknown };
/** A version by its number, or the newest with a hash. */
export type VersionRef = { version: number } | { hash: string };

const select = { version: true, hash: true, declaredAt: true } as const;
const toVersion = <T extends { hash: string }>(row: T) => ({ ...row, hash: sha256Hex(row.hash) });

/** Declarations of flows as they came into force. Rows are added and never changed; the app's role may do no more. */
export const createFlowVersionStore = (db: PrismaScope) => ({
  /**
   * Adds a version for each flow whose newest one has another hash; the rest stays as it is. Call inside the transaction that holds the lock of `policies.ensureCurrent`.
   * @returns what was added
   */
  async ensureCurrent(
    flows: readonly DeclaredFlow[],
    at: Date,
  ): Promise<{ cluster: string; flow: string; version: number; hash: string }[]> {
    return db.$queryRaw`
      INSERT INTO flow_version (cluster, flow, version, hash, declaration, declared_at)
      SELECT x.cluster, x.flow, coalesce(l.version, 0) + 1, x.hash, x.declaration, ${at}
      FROM jsonb_to_recordset(${JSON.stringify(flows)}::jsonb) AS x(cluster text, flow text, hash text, declaration jsonb)
      LEFT JOIN LATERAL (SELECT v.version, v.hash FROM flow_version v WHERE v.cluster = x.cluster AND v.flow = x.flow
        ORDER BY v.version DESC LIMIT 1) l ON TRUE
      WHERE l.hash IS DISTINCT FROM x.hash RETURNING cluster, flow, version, hash`;
  },

  /** Newest first. */
  async list(
    cluster: string,
    flow: string,
    page: { limit: number; before: number | null },
  ): Promise<FlowVersion[]> {
    const rows = await db.flowVersion.findMany({
      where: { cluster, flow, ...(page.before === null ? {} : { version: { lt: page.before } }) },
      orderBy: { version: 'desc' },
      take: page.limit,
      select,
    });
    return rows.map(toVersion);
  },

  /** null for one that never was in force. */
  async find(
    cluster: string,
    flow: string,
    ref: VersionRef,
  ): Promise<(FlowVersion & { declaration: unknown }) | null> {
    const row = await db.flowVersion.findFirst({
      where: { cluster, flow, ...ref },
      orderBy: { version: 'desc' },
      select: { ...select, declaration: true },
    });
    return row && toVersion(row);
  },
});
export type FlowVersionStore = ReturnType<typeof createFlowVersionStore>;
