import { z } from 'zod';
import { auditActions, auditOutcomes } from '#lib/domain/audit/action.ts';
import { operation } from './operation.ts';
import { instant, instantInput, listOf, pageQuery, sha256Text } from './wire.ts';

export const auditEvent = z.object({
  seq: z.number().int(),
  at: instant,
  actor: z.string(),
  action: z.enum(auditActions),
  outcome: z.enum(auditOutcomes),
  code: z.string().nullable(),
  resource: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: sha256Text,
  prev: sha256Text,
});
export type AuditEventView = z.infer<typeof auditEvent>;

/** A head as it was signed; what exactly is signed stands in docs/audit.md. */
export const signedHead = z.object({
  installation: z.string(),
  seq: z.number().int(),
  hash: sha256Text,
  at: instant,
  keyId: z.string(),
  signature: z.string(),
});
/** Where heads are kept outside of the database; `signing` stands for the signing itself. */
export const anchorPlace = z.object({
  place: z.string(),
  anchoredSeq: z.number().int().nullable(),
  anchoredAt: instant.nullable(),
  triedAt: instant,
  failingSince: instant.nullable(),
  error: z.string().nullable(),
});
export type AnchorPlaceView = z.infer<typeof anchorPlace>;

export const auditHead = z.object({
  seq: z.number().int(),
  hash: sha256Text,
  at: instant.nullable(),
  chain: z.enum(['verified', 'broken', 'unchecked']),
  checkedTo: z.number().int().nullable(),
  checkedAt: instant.nullable(),
  /** The newest; null before the first. */
  signed: signedHead.nullable(),
  places: anchorPlace.array(),
});
export type AuditHeadView = z.infer<typeof auditHead>;

export const listAudit = operation({
  id: 'listAudit',
  method: 'GET',
  path: '/audit',
  summary: 'Audit events, newest first',
  permission: 'audit.read',
  query: z.strictObject({
    ...pageQuery,
    actor: z.string().max(100).optional(),
    action: z.enum(auditActions).optional(),
    outcome: z.enum(auditOutcomes).optional(),
    resource: z.string().max(500).optional(),
    from: instantInput.optional(),
    to: instantInput.optional(),
  }),
  answer: listOf(auditEvent),
});
export const getAuditHead = operation({
  id: 'getAuditHead',
  method: 'GET',
  path: '/audit/head',
  summary:
    'The newest line of the chain, how far it was checked, how far it is signed, and where that is anchored',
  permission: 'audit.read',
  answer: auditHead,
});
export const exportAudit = operation({
  id: 'exportAudit',
  method: 'GET',
  path: '/audit/export',
  summary:
    'The whole audit log as the exact bytes that were hashed, with its signed heads: verified offline by `sluice audit verify`. It is itself audited first',
  permission: 'audit.read',
  contentType: 'application/x-ndjson',
});
