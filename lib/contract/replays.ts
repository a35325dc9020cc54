import { z } from 'zod';
import { reviewVerdicts } from '#lib/domain/replays/break-glass.ts';
import { divertReasons } from '#lib/domain/replays/manifest.ts';
import { replayPurposes } from '#lib/domain/replays/replay.ts';
import { destinationKinds, outcomes, replayStates, verifications } from '#lib/domain/replays/state.ts';
import { breakGlassView } from './break-glass-view.ts';
import { evidenceItem } from './evidence-item.ts';
import { evidenceNow } from './evidence-now.ts';
import { operation } from './operation.ts';
import {
  instant,
  instantInput,
  listOf,
  offsetInput,
  offsetString,
  pageQuery,
  partitionInput,
  partitionNumber,
  reasonText,
  sha256Text,
} from './wire.ts';

const range = { from: instantInput.optional(), to: instantInput.optional() };
export const selection = z.union([
  z.strictObject({ fingerprint: z.string().min(1).max(64), ...range }),
  z.strictObject({ filter: z.string().min(1).max(2000), ...range }),
  z.strictObject({
    records: z
      .array(z.strictObject({ partition: partitionInput, offset: offsetInput }))
      .min(1)
      .max(10_000),
    ...range,
  }),
  z.strictObject({ all: z.literal(true), ...range }),
]);
export type SelectionInput = z.infer<typeof selection>;

export const boundsInput = z.strictObject({
  maxRecords: z.number().int().min(1).optional(),
  maxBytes: z.number().int().min(1).optional(),
  recordsPerSecond: z.number().positive().optional(),
  maxDurationMs: z.number().int().min(1000).optional(),
});
export const canaryInput = z.strictObject({
  records: z.number().int().min(1).optional(),
  settleMs: z.number().int().min(0).optional(),
  maxCameBackRatio: z.number().min(0).max(1).optional(),
});
const destinationInput = z.strictObject({
  kind: z.enum(destinationKinds),
  topic: z.string().min(1).max(249).optional(),
});

export const draftBody = z.strictObject({
  cluster: z.string().min(1),
  source: z.strictObject({
    topic: z.string().min(1).max(249),
    topicId: z.string().max(36).optional(),
    selection,
  }),
  destination: destinationInput,
  bounds: boundsInput.optional(),
  canary: canaryInput.optional(),
  reason: reasonText,
  ticket: z.string().trim().min(1).max(200).optional(),
  autoStart: z.boolean().optional(),
});
export type DraftBody = z.infer<typeof draftBody>;

export const policyRule = z.object({
  rule: z.string(),
  effect: z.enum(['deny', 'require', 'allow']),
  reason: z.string(),
});
export const policyVerdict = z.object({
  version: z.number().int(),
  hash: sha256Text,
  verdict: z.enum(['allowed', 'blocked']),
  rules: z.array(policyRule),
  approvalsNeeded: z.number().int(),
});
export type PolicyVerdictView = z.infer<typeof policyVerdict>;

export const manifestSummary = z.object({
  root: sha256Text,
  records: z.number().int(),
  leftOut: z.number().int(),
  /** Of the records, those that go to the quarantine instead of the destination. */
  diverted: z.number().int(),
  bytes: z.number().int(),
  keys: z.number().int(),
  oldestAt: instant.nullable(),
  newestAt: instant.nullable(),
  partitions: z.array(
    z.object({
      partition: partitionNumber,
      first: offsetString,
      last: offsetString,
      records: z.number().int(),
    }),
  ),
});
export type ManifestSummary = z.infer<typeof manifestSummary>;

/** The declaration of a flow that something was planned under. */
export const declarationRef = z.object({
  flow: z.string(),
  hash: sha256Text.meta({ description: 'of the boundary sheet; `/flows/{flow}/sheet?hash=` shows it' }),
});
export type DeclarationRef = z.infer<typeof declarationRef>;

export const approvalView = z.object({
  by: z.string(),
  decision: z.enum(['approve', 'reject']),
  digest: sha256Text,
  at: instant,
  comment: z.string().nullable(),
});

export const progress = z.object({
  records: z.number().int(),
  replayed: z.number().int(),
  skipped: z.number().int(),
  diverted: z.number().int(),
  failed: z.number().int(),
  unknown: z.number().int(),
  remaining: z.number().int(),
  consumedPast: z.number().int(),
  cameBack: z.number().int(),
});
export type Progress = z.infer<typeof progress>;

export const gateView = z.object({
  name: z.string(),
  value: z.number().nullable(),
  limit: z.number(),
  unit: z.string(),
  state: z.enum(['holds', 'fails', 'unknown']),
});
export type GateView = z.infer<typeof gateView>;

/** What the client that did not write found when it read everything back; null before the execution is closed. */
export const readBackView = z.object({
  method: z.string(),
  checked: z.number().int(),
  equal: z.number().int(),
  different: z.number().int(),
  missing: z.number().int(),
  orderHeld: z.boolean(),
  /** Of these, what was diverted; null where nothing was. */
  diverted: z.object({ topic: z.string(), checked: z.number().int(), equal: z.number().int() }).nullable(),
  at: instant,
});

export const stepView = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'passed', 'failed']),
  recordsPerSecond: z.number().nullable(),
  records: z.number().int().nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});

/** What may be done with this replay by the person who asks, and why not (the buttons of the page). */
export const replayAction = z.object({
  action: z.string(),
  allowed: z.boolean(),
  reason: z.string().nullable(),
});

export const replayView = z.object({
  id: z.string(),
  purpose: z.enum(replayPurposes),
  cluster: z.string(),
  flow: z.string().nullable(),
  state: z.enum(replayStates),
  resumesTo: z.enum(replayStates).nullable(),
  stateReason: z.string().nullable(),
  terminal: z.boolean(),
  requester: z.string(),
  reason: z.string(),
  ticket: z.string().nullable(),
  source: z.object({ topic: z.string(), topicId: z.string(), selection: z.unknown() }),
  destination: z.object({
    kind: z.enum(destinationKinds),
    topic: z.string(),
    partitions: z.number().int().nullable(),
  }),
  bounds: z.object({
    maxRecords: z.number().int(),
    maxBytes: z.number().int(),
    recordsPerSecond: z.number(),
    maxDurationMs: z.number().int(),
  }),
  canary: z.object({ records: z.number().int(), settleMs: z.number().int(), maxCameBackRatio: z.number() }),
  ramp: z.array(z.number()),
  autoStart: z.boolean(),
  /** One sentence: what approving causes. */
  consequence: z.string().nullable(),
  undo: z.string().nullable(),
  digest: sha256Text.nullable(),
  manifest: manifestSummary.nullable(),
  /** Where records go that may not be sent on, how many and why; null where there are none. */
  diversion: z
    .object({
      topic: z.string(),
      partitions: z.number().int(),
      records: z.number().int(),
      reasons: z.array(z.object({ reason: z.enum(divertReasons), records: z.number().int() })),
    })
    .nullable(),
  evidence: z.array(evidenceItem),
  /** null where nothing is left to decide, and in lists. */
  evidenceNow: evidenceNow.nullable(),
  policy: policyVerdict.nullable(),
  /** null before it was planned, and where no flow declares the source. */
  declaration: declarationRef.nullable(),
  plannedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  startBy: instant.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  /** The replay that its records came back from, where Sluice drafted this one for them. */
  draftedFor: z.string().nullable(),
  /** What Sluice drafted for the records that came back from this one. */
  drafts: z.array(z.string()),
  progress,
  steps: z.array(stepView),
  gates: z.array(gateView),
  readBack: readBackView.nullable(),
  approvals: z.array(approvalView),
  /** Only of a replay that one person started without approval. */
  breakGlass: breakGlassView.nullable(),
  timeline: z.array(
    z.object({ at: instant, actor: z.string(), what: z.string(), detail: z.string().nullable() }),
  ),
  actions: z.array(replayAction),
  asOf: instant,
});
export type ReplayView = z.infer<typeof replayView>;

export const replayRecord = z.object({
  ordinal: z.number().int(),
  topic: z.string(),
  partition: partitionNumber,
  offset: offsetString,
  outcome: z.enum([...outcomes, 'pending']),
  reason: z.string().nullable(),
  /** Where it landed: of a diverted one, in the quarantine. */
  destination: z.object({ topic: z.string(), partition: partitionNumber, offset: offsetString }).nullable(),
  /** Why it goes to the quarantine instead of the destination; known from the plan on. */
  diverted: z.enum(divertReasons).nullable(),
  attempt: z.number().int().nullable(),
  verification: z.enum(verifications).nullable(),
});
export type ReplayRecord = z.infer<typeof replayRecord>;

const idParams = z.object({ id: z.string() });
const act = <B extends z.ZodType>(verb: string, summary: string, permission: `replay.${string}`, body: B) =>
  operation({
    id: `${verb === 'break-glass' ? 'breakGlass' : verb}Replay`,
    method: 'POST',
    path: `/replays/{id}/${verb}`,
    summary,
    permission: permission as 'replay.draft',
    params: idParams,
    body,
    answer: replayView,
  });
const none = z.strictObject({});
const comment = z.string().trim().max(2000).optional();

export const draftReplay = operation({
  id: 'draftReplay',
  method: 'POST',
  path: '/replays',
  summary: 'Draft a replay; nothing is frozen or sent',
  permission: 'replay.draft',
  body: draftBody,
  answer: replayView,
  status: 201,
});
export const editReplay = operation({
  id: 'editReplay',
  method: 'PATCH',
  path: '/replays/{id}',
  summary: 'Change a draft',
  permission: 'replay.draft',
  params: idParams,
  body: draftBody.partial().omit({ cluster: true, source: true }),
  answer: replayView,
});
export const listReplays = operation({
  id: 'listReplays',
  method: 'GET',
  path: '/replays',
  summary: 'Replays, newest first',
  permission: 'read',
  query: z.strictObject({
    ...pageQuery,
    state: z.string().max(200).optional().meta({ description: 'one state or several, comma-separated' }),
    topic: z.string().max(249).optional(),
    requester: z.string().max(100).optional(),
    awaitingMe: z.enum(['true', 'false', '1', '0']).optional(),
  }),
  answer: listOf(replayView),
});
export const getReplay = operation({
  id: 'getReplay',
  method: 'GET',
  path: '/replays/{id}',
  summary: 'One replay',
  permission: 'read',
  params: idParams,
  answer: replayView,
});
export const getReplayManifest = operation({
  id: 'getReplayManifest',
  method: 'GET',
  path: '/replays/{id}/manifest',
  summary: 'The canonical bytes of the frozen manifest',
  permission: 'read',
  params: idParams,
  contentType: 'application/x-ndjson',
});
export const listReplayRecords = operation({
  id: 'listReplayRecords',
  method: 'GET',
  path: '/replays/{id}/records',
  summary: 'Every manifest entry with its outcome',
  permission: 'read',
  params: idParams,
  query: z.strictObject({ ...pageQuery, outcome: z.enum([...outcomes, 'pending']).optional() }),
  answer: listOf(replayRecord),
});
export const getReplayReport = operation({
  id: 'getReplayReport',
  method: 'GET',
  path: '/replays/{id}/report',
  summary: 'The outcome report',
  permission: 'read',
  params: idParams,
  query: z.strictObject({ format: z.enum(['md', 'json']).default('json') }),
});
export const planReplay = act('plan', 'Freeze manifest, evidence and seal', 'replay.plan', none);
export const submitReplay = act('submit', 'Ask for approval', 'replay.submit', none);
export const approveReplay = act(
  'approve',
  'Approve exactly this seal',
  'replay.approve',
  z.strictObject({ digest: sha256Text, policyVersion: z.number().int(), comment }),
);
export const rejectReplay = act('reject', 'Reject', 'replay.reject', z.strictObject({ comment: reasonText }));
export const withdrawReplay = act('withdraw', 'Withdraw before it starts', 'replay.withdraw', none);
export const startReplay = act('start', 'Start an approved replay', 'replay.start', none);
export const breakGlassReplay = act(
  'break-glass',
  'Start at once without approval, to be reviewed within 24 h',
  'replay.break_glass',
  z.strictObject({ digest: sha256Text, policyVersion: z.number().int(), reason: reasonText }),
);
export const reviewReplay = act(
  'review',
  'Review a start without approval',
  'replay.review',
  z.strictObject({ verdict: z.enum(reviewVerdicts), comment: reasonText }),
);
export const pauseReplay = act(
  'pause',
  'Pause after the open batch',
  'replay.pause',
  z.strictObject({ reason: reasonText.optional() }),
);
export const resumeReplay = act(
  'resume',
  'Resume; everything is checked again',
  'replay.resume',
  z.strictObject({ reason: reasonText.optional() }),
);
export const abortReplay = act(
  'abort',
  'Abort after the open batch',
  'replay.abort',
  z.strictObject({ reason: reasonText }),
);
export const pauseAllReplays = operation({
  id: 'pauseAllReplays',
  method: 'POST',
  path: '/replays/pause-all',
  summary: 'Pause every running replay',
  permission: 'replay.pause',
  body: z.strictObject({ reason: reasonText }),
  answer: z.object({
    paused: z.number().int(),
    ids: z.array(z.string()),
    /** Those that go on sending, and why. */
    failed: z.array(z.object({ id: z.string(), detail: z.string() })),
  }),
});
