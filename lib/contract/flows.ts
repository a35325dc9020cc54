import { z } from 'zod';
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
