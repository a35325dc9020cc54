import type { Operation } from '#lib/contract/operation.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import { auditedAs } from './audit-actions.ts';
import { logError } from './respond.ts';

export type Refused = {
  operation: Operation;
  principal: Principal | null;
  params: Readonly<Record<string, string>>;
  peer: string;
  error: SluiceError;
};

const isRefusal = (error: SluiceError) =>
  [403, 409, 422].includes(error.status) || error.code === 'bad_credentials';

/**
 * Writes a refused change into the audit log, in a transaction of its own: what it was part of has rolled back.
 * Use cases audit only what they did, so nothing is written twice.
 * @throws SluiceError `audit_unavailable` when the refusal can't be recorded
 */
export async function auditRefusal(database: Database, refused: Refused): Promise<void> {
  const { operation, principal, params, peer, error } = refused;
  if (operation.method === 'GET' || !isRefusal(error)) return;
  const audited = auditedAs[operation.id];
  if (!audited) throw new Error(`lib/http/audit-actions.ts has no line for ${operation.id}.`);
  const entry = {
    actor: principal?.name ?? 'anonymous',
    action: audited.action,
    outcome: 'refused' as const,
    code: error.code,
    resource: audited.resource(params).slice(0, 500),
    detail: { reason: error.message, via: principal?.via ?? null, peer, ...error.fields },
  };
  try {
    await database.transact((stores) => stores.audit.append(entry));
  } catch (cause) {
    logError(operation.id, 'audit', cause);
    throw new SluiceError(
      'audit_unavailable',
      `This was refused (${error.code}: ${error.message}), but the refusal could not be written to the audit log.`,
      { cause },
    );
  }
}
