import type { AuditEventView } from '#lib/contract/audit.ts';
import type { StoredLine } from '#lib/domain/audit/chain.ts';

/** A line of the audit log on the wire. */
export const auditViewOf = (line: StoredLine): AuditEventView => ({
  seq: Number(line.seq),
  at: line.at,
  actor: line.actor,
  action: line.action,
  outcome: line.outcome,
  code: line.code,
  resource: line.resource,
  detail: { ...line.detail },
  hash: line.hash,
  prev: line.prev,
});
