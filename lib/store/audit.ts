import type { AuditAction, AuditOutcome } from '#lib/domain/audit/action.ts';
import type { ChainPlace, StoredLine } from '#lib/domain/audit/chain.ts';
import { type AuditEntry, lineHash, lineText, storableEntry } from '#lib/domain/audit/line.ts';
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
 * The append-only, hash-chained log. The head row is the lock: appends of all processes queue on it until their
 * transactions end, so the chain can't fork; append last. Time is the database's and never runs backwards along the chain.
 */
export const createAuditStore = (db: PrismaScope) => ({
  /** Adds one line. Only inside `database.transact`: elsewhere the lock is gone at once, and a concurrent append throws. */
  async append(entry: AuditEntry): Promise<ChainPlace> {
    const heads = await db.$queryRaw<{ seq: bigint; hash: string; at: Date }[]>`
      SELECT seq, hash, date_trunc('milliseconds', greatest(at, clock_timestamp())) AS at
      FROM audit_head WHERE id = 1 FOR UPDATE`;
    const head = heads[0];
    if (!head)
      throw new Error('The audit log has no head row: the database was not migrated, or was tampered with.');
    const line = {
      ...storableEntry(entry),
      seq: head.seq + 1n,
      at: head.at.toISOString(),
      prev: head.hash,
    };
    const text = lineText(line);
    const hash = lineHash(text);
    const added = await db.$executeRaw`
      WITH moved AS (
        UPDATE audit_head SET seq = ${line.seq}, hash = ${hash}, at = ${line.at}::timestamptz
        WHERE id = 1 AND hash = ${head.hash} RETURNING seq
      )
      INSERT INTO audit_event (seq, at, actor, action, outcome, code, resource, detail, line, hash, prev)
      SELECT seq, ${line.at}::timestamptz, ${line.actor}, ${line.action}, ${line.outcome}, ${line.code},
        ${line.resource}, ${canonicalJson(line.detail as CanonicalValue)}::jsonb, ${text}, ${hash}, ${line.prev}
      FROM moved`;
    if (added !== 1)
      throw new Error('The audit head moved during an append: append inside database.transact.');
    return { seq: line.seq, hash };
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
