import type { BreakGlassModel as Row } from '#generated/prisma/models/BreakGlass.ts';
import { sha256Hex, userId } from '#lib/domain/kernel/brand.ts';
import type { BreakGlass, ReviewVerdict } from '#lib/domain/replays/break-glass.ts';
import type { PrismaScope } from './prisma.ts';

const toBreakGlass = (row: Row): BreakGlass => ({
  replayId: row.replayId,
  digest: sha256Hex(row.digest),
  policyVersion: row.policyVersion,
  userId: userId(row.userId),
  by: row.by,
  reason: row.reason,
  at: row.at,
  reviewBy: row.reviewBy,
  review:
    row.reviewerId === null || row.reviewer === null || row.reviewedAt === null
      ? null
      : {
          userId: userId(row.reviewerId),
          by: row.reviewer,
          verdict: row.verdict as ReviewVerdict,
          comment: row.comment ?? '',
          at: row.reviewedAt,
        },
});

/** Replays that were started without approval. */
export const createBreakGlassStore = (db: PrismaScope) => ({
  /** @returns false when the glass of this replay was broken before */
  async add(glass: Omit<BreakGlass, 'review'>): Promise<boolean> {
    const { count } = await db.breakGlass.createMany({ data: [glass], skipDuplicates: true });
    return count === 1;
  },

  async of(replayId: string): Promise<BreakGlass | null> {
    const row = await db.breakGlass.findUnique({ where: { replayId } });
    return row && toBreakGlass(row);
  },

  async ofMany(replayIds: readonly string[]): Promise<Map<string, BreakGlass>> {
    const rows = await db.breakGlass.findMany({ where: { replayId: { in: [...replayIds] } } });
    return new Map(rows.map((row) => [row.replayId, toBreakGlass(row)]));
  },

  /** @returns false when somebody has reviewed it already */
  async review(replayId: string, review: NonNullable<BreakGlass['review']>): Promise<boolean> {
    const { count } = await db.breakGlass.updateMany({
      where: { replayId, reviewedAt: null },
      data: {
        reviewerId: review.userId,
        reviewer: review.by,
        verdict: review.verdict,
        comment: review.comment,
        reviewedAt: review.at,
      },
    });
    return count === 1;
  },

  /** Not reviewed yet, the oldest first. */
  async unreviewed(limit: number): Promise<BreakGlass[]> {
    const rows = await db.breakGlass.findMany({
      where: { reviewedAt: null },
      orderBy: { at: 'asc' },
      take: limit,
    });
    return rows.map(toBreakGlass);
  },

  /** Notes the overdue of which the audit log was not told yet, and answers them. Call inside a transaction. */
  async takeOverdue(now: Date, limit: number): Promise<BreakGlass[]> {
    const rows = await db.breakGlass.findMany({
      where: { reviewedAt: null, overdueAt: null, reviewBy: { lt: now } },
      take: limit,
    });
    const taken: BreakGlass[] = [];
    for (const row of rows) {
      const { count } = await db.breakGlass.updateMany({
        where: { replayId: row.replayId, reviewedAt: null, overdueAt: null },
        data: { overdueAt: now },
      });
      if (count === 1) taken.push(toBreakGlass(row));
    }
    return taken;
  },
});
export type BreakGlassStore = ReturnType<typeof createBreakGlassStore>;
