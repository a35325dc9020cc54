import type { Prisma } from '#generated/prisma/client.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { PrismaScope } from './prisma.ts';

/** A finding with since when it has been what it is, over all looks. */
export type KeptFinding = FlowFinding & { sinceMs: number };
export type FlowCheckRow = {
  cluster: string;
  flow: string;
  /** Of the declaration that was looked at. */
  hash: string;
  asOf: Date;
  findings: readonly KeptFinding[];
};

/** What the rules of agreement found, as of the worker's last look at each flow. */
export const createFlowCheckStore = (db: PrismaScope) => ({
  async list(): Promise<FlowCheckRow[]> {
    const rows = await db.flowCheck.findMany({ orderBy: [{ cluster: 'asc' }, { flow: 'asc' }] });
    return rows.map((row) => ({ ...row, findings: row.findings as unknown as KeptFinding[] }));
  },

  /** Of one flow; null when it was not looked at yet. */
  async of(cluster: string, flow: string): Promise<FlowCheckRow | null> {
    const row = await db.flowCheck.findUnique({ where: { cluster_flow: { cluster, flow } } });
    return row && { ...row, findings: row.findings as unknown as KeptFinding[] };
  },

  /** Replaces what was known of these flows, and forgets those of the cluster that are declared no more. Call inside a transaction. */
  async save(cluster: string, rows: readonly Omit<FlowCheckRow, 'cluster'>[]): Promise<void> {
    await db.flowCheck.deleteMany({ where: { cluster } });
    await db.flowCheck.createMany({
      data: rows.map((row) => ({
        ...row,
        cluster,
        findings: row.findings as unknown as Prisma.InputJsonValue,
      })),
    });
  },
});
export type FlowCheckStore = ReturnType<typeof createFlowCheckStore>;
