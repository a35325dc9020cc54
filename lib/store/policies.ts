import { Prisma } from '#generated/prisma/client.ts';
import { type Sha256, sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { PrismaScope } from './prisma.ts';

export type PolicyVersion = { version: number; hash: Sha256; createdAt: Date };

const lockKey = 7_264_303;

export const createPolicyStore = (db: PrismaScope) => ({
  /** The version in force; null before any process has registered one. */
  async current(): Promise<PolicyVersion | null> {
    const row = await db.policyVersion.findFirst({
      orderBy: { version: 'desc' },
      select: { version: true, hash: true, createdAt: true },
    });
    return row && { ...row, hash: sha256Hex(row.hash) };
  },

  /** What a version said, as it was registered; null for one that never was. */
  async contentOf(version: number): Promise<{ hash: Sha256; content: unknown } | null> {
    const row = await db.policyVersion.findUnique({
      where: { version },
      select: { hash: true, content: true },
    });
    return row && { ...row, hash: sha256Hex(row.hash) };
  },

  /**
   * Makes this content the current version when the current one has another hash. Call inside a transaction.
   * @returns the version in force and whether it is new (the caller then audits `policy.version`)
   */
  async ensureCurrent(
    hash: Sha256,
    content: unknown,
    at: Date,
  ): Promise<{ version: PolicyVersion; created: boolean }> {
    await db.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(${lockKey}::bigint)`);
    const current = await this.current();
    if (current?.hash === hash) return { version: current, created: false };
    const row = await db.policyVersion.create({
      data: { hash, content: content as Prisma.InputJsonValue, createdAt: at },
    });
    return { version: { version: row.version, hash, createdAt: row.createdAt }, created: true };
  },
});
export type PolicyStore = ReturnType<typeof createPolicyStore>;
