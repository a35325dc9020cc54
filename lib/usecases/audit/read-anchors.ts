import type { AuditHeadView } from '#lib/contract/audit.ts';
import type { Stores } from '#lib/store/database.ts';

/** How far the audit log is signed, and what each place outside has of it, with since when and why it has no more. */
export async function readAnchors({
  auditAnchors,
}: Pick<Stores, 'auditAnchors'>): Promise<Pick<AuditHeadView, 'signed' | 'places'>> {
  const [head, places] = await Promise.all([auditAnchors.newestHead(), auditAnchors.places()]);
  return {
    signed: head ? { ...head, seq: Number(head.seq) } : null,
    places: places.map((each) => ({
      ...each,
      anchoredSeq: each.anchoredSeq === null ? null : Number(each.anchoredSeq),
      anchoredAt: each.anchoredAt?.toISOString() ?? null,
      triedAt: each.triedAt.toISOString(),
      failingSince: each.failingSince?.toISOString() ?? null,
    })),
  };
}
