import type { AuditAction, AuditOutcome } from '#lib/domain/audit/action.ts';
import type { ChainPlace, StoredLine } from '#lib/domain/audit/chain.ts';
import { type AuditEntry, entryText, storableEntry } from '#lib/domain/audit/line.ts';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import type { PrismaScope } from './prisma.ts';

export type AuditFilter = {
  actor?: string | undefined;
  action?: AuditAction | undefined;
  outcome?: AuditOutcome | undefined;
  resource?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};
/** `installation`: which log it is the head of. */
export type AuditHead = ChainPlace & { at: Date | null; installation: string };

type Row = {
  seq: bigint;
  at: Date;
  actor: string;
  action: string;
  outcome: string;
  code: string | null;
  resource: string;
  detail: unknown;
  line: string;
  hash: string;
  prev: string;
};

const asLine = (row: Row): StoredLine => ({
  ...row,
  at: row.at.toISOString(),
  action: row.action as AuditAction,
  outcome: row.outcome as AuditOutcome,
  detail: row.detail as Record<string, unknown>,
});

/**
 * The append-only, hash-chained log. The head row is the lock: lines of all processes queue on it while their transactions commit, so the
 * chain can't fork. Time is the database's and never runs backwards along the chain.
 */
export const createAuditStore = (db: PrismaScope) => ({
  /** Adds one line when the transaction commits, after whatever else it adds; it stands or falls with the change that it records. */
  async append(entry: AuditEntry): Promise<void> {
    const { actor, action, outcome, code, resource, detail } = storableEntry(entry);
    const text = entryText({ actor, action, outcome, code, resource, detail });
    await db.$executeRaw`
      INSERT INTO audit_pending (actor, action, outcome, code, resource, detail, entry) VALUES (${actor}, ${action},
        ${outcome}, ${code}, ${resource}, ${canonicalJson(detail as CanonicalValue)}::jsonb, ${text})`;
  },

  /** Adds one line at once and says where; in a transaction the head stays locked until its end. */
  async appendNow(entry: AuditEntry): Promise<ChainPlace> {
    const { actor, action, outcome, code, resource, detail } = storableEntry(entry);
    const text = entryText({ actor, action, outcome, code, resource, detail });
    const rows = await db.$queryRaw<ChainPlace[]>`
      SELECT seq, hash FROM audit_append(${actor}, ${action}, ${outcome}, ${code}, ${resource},
        ${canonicalJson(detail as CanonicalValue)}::jsonb, ${text})`;
    const [place] = rows;
    if (!place) throw new Error('The audit log did not say where the line was put.');
    return place;
  },

  async head(): Promise<AuditHead> {
    const head = await db.auditHead.findUnique({ where: { id: 1 } });
    if (!head)
      throw new Error('The audit log has no head row: the database was not migrated, or was tampered with.');
    return { seq: head.seq, hash: head.hash, at: head.at, installation: head.installation };
  },

  /** Lines after `seq`, oldest first: what verification walks. */
  async linesAfter(seq: bigint, limit: number): Promise<StoredLine[]> {
    const rows = await db.auditEvent.findMany({
      where: { seq: { gt: seq } },
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map(asLine);
  },

  /** The exact texts that were hashed, of the lines after `seq` up to and with `upTo`, oldest first. */
  async textsAfter(
    seq: bigint,
    upTo: bigint,
    limit: number,
  ): Promise<{ seq: bigint; line: string; hash: string }[]> {
    return db.auditEvent.findMany({
      where: { seq: { gt: seq, lte: upTo } },
      orderBy: { seq: 'asc' },
      take: limit,
      select: { seq: true, line: true, hash: true },
    });
  },

  /** Newest first; `before` is the last seq of the page before. */
  async list(filter: AuditFilter, page: { limit: number; before: bigint | null }): Promise<StoredLine[]> {
    const { actor, action, outcome, resource, from, to } = filter;
    const rows = await db.auditEvent.findMany({
      where: {
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(resource === undefined ? {} : { resource }),
        ...(page.before === null ? {} : { seq: { lt: page.before } }),
        ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
      },
      orderBy: { seq: 'desc' },
      take: page.limit,
    });
    return rows.map(asLine);
  },
});
export type AuditStore = ReturnType<typeof createAuditStore>;
