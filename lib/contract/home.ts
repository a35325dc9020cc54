import { z } from 'zod';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { operation } from './operation.ts';
import { durationMs, instant, instantInput, listOf, pageQuery } from './wire.ts';

export const attentionKinds = [
  'lag',
  'dead_letters',
  'approval',
  'replay',
  'expiry',
  'cluster',
  'declaration',
  'sluice',
] as const;
export const attentionItem = z.object({
  kind: z.enum(attentionKinds),
  severity: z.enum(['act', 'warn', 'info']),
  /** Of kind `lag`: the status of the group, so that it carries the same sign everywhere. */
  lagStatus: z.enum(lagStatuses).optional(),
  title: z.string(),
  detail: z.string(),
  resource: z.string(),
  /** The `resource` of a trouble of the cluster that this likely follows from. */
  follows: z.string().optional(),
  /** Where it is dealt with: one click. */
  href: z.string(),
  /** The verb of that click. */
  verb: z.string(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  since: instant.nullable(),
  /** Of kind `expiry`: when it happens, so that it can be counted down. */
  at: instant.optional(),
  claimedBy: z.string().nullable(),
  snoozedUntil: instant.nullable(),
});
export type AttentionItem = z.infer<typeof attentionItem>;

export const selfHealth = z.object({
  collector: z
    .object({
      cluster: z.string(),
      asOf: instant.nullable(),
      ageMs: durationMs.nullable(),
      roundMs: durationMs.nullable(),
    })
    .array(),
  index: z.object({
    caughtUp: z.boolean().nullable(),
    behindRecords: z.number().int().nullable(),
    asOf: instant.nullable(),
  }),
  /** Places where heads of the audit log can't be kept now, and since when and why. */
  audit: z.object({
    failing: z
      .object({ place: z.string(), since: instant, why: z.string(), anchoredAt: instant.nullable() })
      .array(),
  }),
  workers: z.object({ id: z.string(), seenAt: instant, policyCurrent: z.boolean() }).array(),
  asOf: instant,
});
export type SelfHealth = z.infer<typeof selfHealth>;

export const markerView = z.object({
  id: z.string(),
  service: z.string(),
  version: z.string().nullable(),
  note: z.string().nullable(),
  at: instant,
  by: z.string(),
});
export type MarkerView = z.infer<typeof markerView>;

export const listAttention = operation({
  id: 'listAttention',
  method: 'GET',
  path: '/attention',
  summary: 'What needs a human, worst first',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(attentionItem),
});
export const getSelf = operation({
  id: 'getSelf',
  method: 'GET',
  path: '/self',
  summary: "Sluice's own health: collector, index, workers, anchors of the audit log",
  permission: 'read',
  answer: selfHealth,
});
export const listMarkers = operation({
  id: 'listMarkers',
  method: 'GET',
  path: '/markers',
  summary: 'Deploys and interventions',
  permission: 'read',
  query: z.strictObject({ ...pageQuery, from: instantInput.optional(), to: instantInput.optional() }),
  answer: listOf(markerView),
});
export const createMarker = operation({
  id: 'createMarker',
  method: 'POST',
  path: '/markers',
  summary: 'Note a deploy or an intervention',
  permission: 'marker.create',
  body: z.strictObject({
    service: z.string().trim().min(1).max(200),
    version: z.string().trim().min(1).max(200).optional(),
    note: z.string().trim().max(2000).optional(),
    at: instantInput.optional(),
  }),
  answer: markerView,
  status: 201,
});
export const streamEvents = operation({
  id: 'streamEvents',
  method: 'GET',
  path: '/events',
  summary: 'Server-sent events: lag, dead-letters, replay, audit',
  permission: 'read',
  contentType: 'text/event-stream',
});
export const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  checks: z.object({
    postgres: z.enum(['ok', 'down']),
    kafka: z.record(z.string(), z.enum(['ok', 'degraded', 'down', 'unknown'])),
    worker: z.enum(['ok', 'down', 'unknown']),
  }),
});
