import { z } from 'zod';
import { operation } from './operation.ts';
import { instant, listOf, pageQuery, sha256Text } from './wire.ts';

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
