import { z } from 'zod';
import { operation } from './operation.ts';
import { instant, listOf, pageQuery, sha256Text } from './wire.ts';

/** One declaration of a flow that came into force. */
export const flowVersion = z.object({
  version: z.number().int(),
  hash: sha256Text.meta({ description: 'SHA-256 of the canonical declaration: what decisions refer to' }),
  declaredAt: instant,
  inForce: z.boolean(),
});
export type FlowVersionView = z.infer<typeof flowVersion>;

export const listFlowVersions = operation({
  id: 'listFlowVersions',
  method: 'GET',
  path: '/flows/{flow}/versions',
  summary: 'The declarations of a flow that came into force, newest first',
  permission: 'read',
  params: z.object({ flow: z.string() }),
  query: z.strictObject(pageQuery),
  answer: listOf(flowVersion),
});

/** A version by its number or by its hash. */
const versionRef = z
  .string()
  .regex(/^(\d{1,9}|[0-9a-f]{64})$/, 'must be the number of a version, or its hash');

export const flowDiff = z.object({
  flow: z.string(),
  from: flowVersion,
  to: flowVersion,
  changes: z.array(
    z.object({
      path: z.string().meta({
        description: 'where it stands in the declaration, such as `groups[payments-service].isolation`',
      }),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});
export type FlowDiff = z.infer<typeof flowDiff>;

export const diffFlowVersions = operation({
  id: 'diffFlowVersions',
  method: 'GET',
  path: '/flows/{flow}/diff',
  summary: 'What two declarations of a flow say differently',
  permission: 'read',
  params: z.object({ flow: z.string() }),
  query: z.strictObject({
    from: versionRef,
    to: versionRef.optional().meta({ description: 'the one in force when not given' }),
  }),
  answer: flowDiff,
});
