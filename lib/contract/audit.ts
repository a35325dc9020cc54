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

export const auditHead = z.object({
  seq: z.number().int(),
  hash: sha256Text,
  at: instant.nullable(),
  chain: z.enum(['verified', 'broken', 'unchecked']),
  checkedTo: z.number().int().nullable(),
  checkedAt: instant.nullable(),
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
  summary: 'The newest line of the chain and how far it was checked',
  permission: 'audit.read',
  answer: auditHead,
});
