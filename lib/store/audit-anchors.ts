import type { SignedHead } from '#lib/domain/audit/head.ts';
import type { PrismaScope } from './prisma.ts';

/** How far a place outside has the heads; `error` and `failingSince` while it can't be written. */
export type AnchorPlaceState = {
  place: string;
  anchoredSeq: bigint | null;
  anchoredAt: Date | null;
  triedAt: Date;
  failingSince: Date | null;
  error: string | null;
};

type Row = {
  seq: bigint;
  hash: string;
  installation: string;
  at: Date;
  keyId: string;
  signature: string;
};
const asHead = (row: Row): SignedHead => ({ ...row, at: row.at.toISOString() });

/** Heads that were signed, and where they are kept outside of the database. Heads are only ever added. */
export const createAuditAnchorStore = (db: PrismaScope) => ({
  async newestHead(): Promise<SignedHead | null> {
    const row = await db.auditSignedHead.findFirst({ orderBy: { seq: 'desc' } });
    return row ? asHead(row) : null;
  },

  /** Signed heads of the lines after `seq` up to and with `upTo`, oldest first. */
  async headsAfter(seq: bigint, upTo: bigint): Promise<SignedHead[]> {
    const rows = await db.auditSignedHead.findMany({
      where: { seq: { gt: seq, lte: upTo } },
      orderBy: { seq: 'asc' },
    });
    return rows.map(asHead);
  },

  async keep(head: SignedHead): Promise<void> {
    await db.auditSignedHead.create({ data: { ...head, at: new Date(head.at) } });
  },

  places: (): Promise<AnchorPlaceState[]> => db.auditAnchor.findMany({ orderBy: { place: 'asc' } }),

  async reached(place: string, seq: bigint, at: Date): Promise<void> {
    const state = { anchoredSeq: seq, anchoredAt: at, triedAt: at, failingSince: null, error: null };
    await db.auditAnchor.upsert({ where: { place }, create: { place, ...state }, update: state });
  },

  /** `failingSince` stays at the first of several failures in a row. */
  async failed(place: string, error: string, at: Date): Promise<void> {
    await db.$executeRaw`
      INSERT INTO audit_anchor (place, tried_at, failing_since, error) VALUES (${place}, ${at}, ${at}, ${error})
      ON CONFLICT (place) DO UPDATE SET tried_at = EXCLUDED.tried_at, error = EXCLUDED.error,
        failing_since = coalesce(audit_anchor.failing_since, EXCLUDED.failing_since)`;
  },

  /** Places that are no longer declared say nothing any more. */
  async forgetOthers(places: readonly string[]): Promise<void> {
    await db.auditAnchor.deleteMany({ where: { place: { notIn: [...places] } } });
  },
});
export type AuditAnchorStore = ReturnType<typeof createAuditAnchorStore>;
