import { z } from 'zod';
import { checkCodes } from '#lib/domain/checks/check.ts';
import { operation } from './operation.ts';
import { durationMs, instant, listOf, pageQuery, sha256Text } from './wire.ts';

/** How the flow stands to its objectives, from stored history. Rates are null where too little was measured. */
export const flowObjective = z.object({
  status: z.enum(['met', 'burning', 'unknown', 'none']).meta({
    description:
      'of the time-lag objective; `none` when none is declared, `unknown` when too little was measured',
  }),
  speed: z.enum(['fast', 'slow']).nullable(),
  timeLagMs: durationMs.nullable(),
  target: z.number().meta({ description: 'share of minutes that have to be within the objective' }),
  periodMs: durationMs,
  compliance: z.number().nullable(),
  coverage: z.number().meta({ description: 'measured share of the period' }),
  burn: z.array(
    z.object({
      windowMs: durationMs,
      rate: z.number().nullable().meta({
        description: 'how many times faster than allowed the error budget is spent; 1 spends it exactly',
      }),
      coverage: z.number(),
    }),
  ),
  deadLetters: z.object({
    status: z.enum(['met', 'exceeded', 'unknown', 'none']),
    perHour: z.number().nullable(),
    lastHour: z.number().int().nullable(),
  }),
  asOf: instant,
});
export type FlowObjective = z.infer<typeof flowObjective>;

/** How the declaration stands to what runs, counted; null when the worker has not looked at this version of it yet. */
export const checkCounts = z.object({
  wrong: z.number().int(),
  risk: z.number().int(),
  unknown: z.number().int(),
  accepted: z.number().int(),
  asOf: instant,
});
export type CheckCounts = z.infer<typeof checkCounts>;

export const flowFinding = z.object({
  code: z.enum(checkCodes),
  severity: z.enum(['wrong', 'risk']).meta({
    description:
      '`wrong`: a replay or a guarantee rests on what is not so; `risk`: it holds today, and nothing makes it hold',
  }),
  state: z.enum(['passes', 'fails', 'unknown']),
  where: z.string().meta({ description: 'topic, group, effect, subject or flow that was looked at' }),
  what: z.string(),
  why: z.string().meta({ description: 'why it matters for recovery' }),
  fix: z.string().nullable(),
  accepted: z.object({ reason: z.string(), until: instant }).nullable(),
  since: instant,
});
export type FlowFindingView = z.infer<typeof flowFinding>;

export const flowChecks = z.object({
  flow: z.string(),
  /** null: not looked at yet. */
  asOf: instant.nullable(),
  current: z.boolean().meta({ description: 'whether the version that was looked at is the one in force' }),
  findings: z.array(flowFinding),
});
export type FlowChecks = z.infer<typeof flowChecks>;

export const flowView = z.object({
  name: z.string(),
  cluster: z.string(),
  topic: z.string(),
  groups: z.array(z.object({ id: z.string(), isolation: z.string().nullable(), replaySafe: z.boolean() })),
  retryTopics: z.array(z.string()),
  deadLetters: z.string().nullable(),
  quarantine: z.string().nullable(),
  owner: z.record(z.string(), z.string()),
  boundary: z.record(z.string(), z.unknown()),
  policy: z.record(z.string(), z.unknown()),
  objectives: z.record(z.string(), z.unknown()),
  objective: flowObjective,
  checks: checkCounts.nullable(),
  hash: sha256Text,
  asOf: instant,
});
export type FlowView = z.infer<typeof flowView>;

export const listFlows = operation({
  id: 'listFlows',
  method: 'GET',
  path: '/flows',
  summary: 'Declared flows',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(flowView),
});
export const getFlow = operation({
  id: 'getFlow',
  method: 'GET',
  path: '/flows/{flow}',
  summary: 'One declared flow',
  permission: 'read',
  params: z.object({ flow: z.string() }),
  answer: flowView,
});
export const getFlowChecks = operation({
  id: 'getFlowChecks',
  method: 'GET',
  path: '/flows/{flow}/checks',
  summary: 'Where the declaration of a flow and what runs disagree',
  permission: 'read',
  params: z.object({ flow: z.string() }),
  answer: flowChecks,
});
