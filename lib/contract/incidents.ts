import { z } from 'zod';
import { aboutMost, lookBackMostMs, noteMost, titleMost } from '#lib/domain/incidents/about.ts';
import { handoverParts } from '#lib/domain/incidents/handover.ts';
import { lineKinds } from '#lib/domain/incidents/timeline.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { operation } from './operation.ts';
import { approvalView } from './replays.ts';
import { durationMs, instant, instantInput, listOf, offsetString, pageQuery, reasonText } from './wire.ts';

const name = z.string().min(1).max(300);
const thing = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cluster'), cluster: name }),
  z.strictObject({ kind: z.literal('flow'), flow: name }),
  z.strictObject({ kind: z.literal('group'), cluster: name, group: name }),
  z.strictObject({ kind: z.literal('topic'), cluster: name, topic: name }),
  z.strictObject({ kind: z.literal('failure'), cluster: name, topic: name, fingerprint: name }),
  z.strictObject({ kind: z.literal('replay'), replay: name }),
  z.strictObject({ kind: z.literal('alert'), key: z.string().min(1).max(1000) }),
]);
export type ThingInput = z.output<typeof thing>;

export const incidentAbout = z.object({
  thing,
  name: z.string(),
  cluster: z.string(),
  flow: z.string().nullable(),
  scope: z.enum(['cluster', 'flow']),
  href: z.string(),
});
export type IncidentAboutView = z.infer<typeof incidentAbout>;

const closing = z.object({ at: instant, by: z.string(), reason: z.string() });

export const incidentView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  about: z.array(incidentAbout),
  flows: z.array(z.string()),
  openedAt: instant,
  openedBy: z.string(),
  /** How long before its opening things join. */
  lookBackMs: durationMs,
  closed: closing.nullable(),
  notes: z.number().int(),
});
export type IncidentView = z.infer<typeof incidentView>;

export const incidentLine = z.object({
  id: z.string(),
  at: instant,
  until: instant.nullable().meta({ description: 'when the last of several came that this line stands for' }),
  count: z.number().int(),
  kind: z.enum(lineKinds),
  actor: z.string().nullable(),
  what: z.string(),
  detail: z.string().nullable(),
  href: z.string().nullable(),
});
export type IncidentLineView = z.infer<typeof incidentLine>;

const replayFact = z.object({
  id: z.string(),
  purpose: z.string(),
  state: z.string(),
  stateReason: z.string().nullable(),
  terminal: z.boolean(),
  requester: z.string(),
  reason: z.string(),
  ticket: z.string().nullable(),
  cluster: z.string(),
  from: z.string(),
  to: z.string(),
  digest: z.string().nullable(),
  policyVersion: z.number().int().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
  records: z.number().int(),
  progress: z.object({
    replayed: z.number().int(),
    skipped: z.number().int(),
    diverted: z.number().int(),
    failed: z.number().int(),
    unknown: z.number().int(),
    remaining: z.number().int(),
    consumedPast: z.number().int(),
    cameBack: z.number().int(),
  }),
  approvals: z.array(approvalView),
  breakGlass: z
    .object({ by: z.string(), at: instant, reason: z.string(), reviewedBy: z.string().nullable() })
    .nullable(),
  evidence: z.array(
    z.object({
      status: z.enum(['blocks', 'warns', 'unknown', 'good']),
      sentence: z.string(),
      why: z.string().nullable(),
    }),
  ),
  drafts: z.array(z.string()),
});

export const incidentDetail = incidentView.extend({
  /** What the timeline shows of it. */
  span: z.object({ from: instant, to: instant }),
  /** When what joined was read; of a closed incident, when it was closed. */
  asOf: instant,
  kept: z.boolean().meta({ description: 'true: as it stood when the incident was closed' }),
  handover: z.array(
    z.object({ part: z.enum(handoverParts), title: z.string(), sentences: z.array(z.string()) }),
  ),
  timeline: z.array(incidentLine).meta({ description: 'oldest first, at most 2,000' }),
  timelineLeftOut: z.number().int(),
  groups: z.array(
    z.object({
      cluster: z.string(),
      groupId: z.string(),
      flow: z.string().nullable(),
      status: z.enum(lagStatuses).nullable(),
      lagRecords: offsetString.nullable(),
      peak: z.object({ lagRecords: offsetString, at: instant }).nullable(),
      peakTime: z.object({ lagMs: durationMs, at: instant }).nullable(),
    }),
  ),
  topics: z.array(
    z.object({
      cluster: z.string(),
      topic: z.string(),
      kind: z.enum(['dead_letter', 'quarantine']),
      arrived: z.number().int(),
      failureGroups: z.number().int(),
      atLeast: z.boolean(),
      open: z.number().int().nullable(),
    }),
  ),
  failures: z.array(
    z.object({
      cluster: z.string(),
      topic: z.string(),
      fingerprint: z.string(),
      title: z.string(),
      arrived: z.number().int(),
      open: z.number().int(),
      firstAt: instant,
      lastAt: instant,
    }),
  ),
  replays: z.array(replayFact),
  letterDecisions: z.array(
    z.object({
      at: instant,
      by: z.string(),
      verb: z.enum(['dismissed', 'reopened']),
      topic: z.string(),
      records: z.number().int(),
      reason: z.string().nullable(),
      digest: z.string().nullable(),
    }),
  ),
  firing: z.array(z.object({ key: z.string(), title: z.string(), since: instant })),
});
export type IncidentDetail = z.infer<typeof incidentDetail>;

const idParams = z.object({ id: z.string().min(1).max(100) });
const partQuery = { from: instantInput.optional(), to: instantInput.optional() };

export const listIncidents = operation({
  id: 'listIncidents',
  method: 'GET',
  path: '/incidents',
  summary: 'Incidents whose every thing the caller may read, newest first',
  permission: 'read',
  query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'closed']).optional() }),
  answer: listOf(incidentView),
});
export const openIncident = operation({
  id: 'openIncident',
  method: 'POST',
  path: '/incidents',
  summary:
    'Open an incident about clusters, flows, consumer groups, dead-letter topics, failure groups, replays or alerts',
  permission: 'incident.write',
  body: z.strictObject({
    title: z.string().trim().min(1).max(titleMost),
    about: z.array(thing).min(1).max(aboutMost),
    lookBackMs: z.number().int().min(0).max(lookBackMostMs).optional(),
  }),
  answer: incidentView,
  status: 201,
});
export const getIncident = operation({
  id: 'getIncident',
  method: 'GET',
  path: '/incidents/{id}',
  summary: 'An incident with its timeline and handover summary; `from` and `to` narrow the timeline',
  permission: 'read',
  params: idParams,
  query: z.strictObject(partQuery),
  answer: incidentDetail,
});
export const noteIncident = operation({
  id: 'noteIncident',
  method: 'POST',
  path: '/incidents/{id}/notes',
  summary: 'Add a note in plain text',
  permission: 'incident.write',
  params: idParams,
  body: z.strictObject({ text: z.string().trim().min(1).max(noteMost) }),
  answer: incidentView,
  status: 201,
});
export const addToIncident = operation({
  id: 'addToIncident',
  method: 'POST',
  path: '/incidents/{id}/about',
  summary: 'Add things to what an open incident is about; who may not read them sees it no more',
  permission: 'incident.write',
  params: idParams,
  body: z.strictObject({ about: z.array(thing).min(1).max(aboutMost) }),
  answer: incidentView,
  status: 201,
});
export const closeIncident = operation({
  id: 'closeIncident',
  method: 'POST',
  path: '/incidents/{id}/close',
  summary: 'Close an incident: what has joined by then is kept as it stands',
  permission: 'incident.write',
  params: idParams,
  body: z.strictObject({ reason: reasonText }),
  answer: incidentView,
});
export const reopenIncident = operation({
  id: 'reopenIncident',
  method: 'POST',
  path: '/incidents/{id}/reopen',
  summary: 'Open a closed incident again: things join it again, those of the time between too',
  permission: 'incident.write',
  params: idParams,
  body: z.strictObject({ reason: reasonText }),
  answer: incidentView,
});
export const exportIncident = operation({
  id: 'exportIncident',
  method: 'GET',
  path: '/incidents/{id}/export',
  summary: 'The incident for those who were not there, as Markdown or JSON. It is itself audited first',
  permission: 'read',
  params: idParams,
  query: z.strictObject({ ...partQuery, format: z.enum(['md', 'json']).default('md') }),
  contentType: 'text/markdown',
});
