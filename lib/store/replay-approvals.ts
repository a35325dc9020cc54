import type { ReplayApprovalModel as ApprovalRow } from '#generated/prisma/models/ReplayApproval.ts';
import { sha256Hex, userId } from '#lib/domain/kernel/brand.ts';
import type { Approval } from '#lib/domain/replays/replay.ts';
import type { PrismaScope } from './prisma.ts';

const toApproval = (row: ApprovalRow): Approval => ({
  userId: userId(row.userId),
  by: row.by,
  decision: row.decision as Approval['decision'],
  digest: sha256Hex(row.digest),
  policyVersion: row.policyVersion,
  round: row.round,
  comment: row.comment,
  at: row.at,
});

export const createReplayApprovalStore = (db: PrismaScope) => ({
  /** All decisions on a replay, oldest first, those on earlier seals too. */
  async of(replayId: string): Promise<Approval[]> {
    const rows = await db.replayApproval.findMany({ where: { replayId }, orderBy: { at: 'asc' } });
    return rows.map(toApproval);
  },

  async ofMany(replayIds: readonly string[]): Promise<Map<string, Approval[]>> {
    const rows = await db.replayApproval.findMany({
      where: { replayId: { in: [...replayIds] } },
      orderBy: { at: 'asc' },
    });
    const found = new Map<string, Approval[]>(replayIds.map((id) => [id, []]));
    for (const row of rows) found.get(row.replayId)?.push(toApproval(row));
    return found;
  },

  /** @returns false when this person has already decided on this seal in this round */
  async add(replayId: string, approval: Approval): Promise<boolean> {
    const { count } = await db.replayApproval.createMany({
      data: [{ replayId, ...approval }],
      skipDuplicates: true,
    });
    return count === 1;
  },
});
export type ReplayApprovalStore = ReturnType<typeof createReplayApprovalStore>;
