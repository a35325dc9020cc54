import { z } from 'zod';
import { replayPurposes } from '#lib/domain/replays/replay.ts';
import { destinationKinds, replayStates } from '#lib/domain/replays/state.ts';
import { operation } from './operation.ts';
import { approvalView, declarationRef, policyVerdict, replayRecord } from './replays.ts';
import { instant, offsetInput, offsetString, partitionNumber, partitionText, sha256Text } from './wire.ts';

/** What one replay decided about a record, by whom and on what, and what became of it. */
export const recordDecision = z.object({
  replay: z.object({
    id: z.string(),
    purpose: z.enum(replayPurposes),
    state: z.enum(replayStates),
    stateReason: z.string().nullable(),
    from: z.string(),
    to: z.object({ kind: z.enum(destinationKinds), topic: z.string() }),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  }),
  requester: z.string(),
  reason: z.string(),
  ticket: z.string().nullable(),
  digest: sha256Text.nullable(),
  policy: policyVerdict.pick({ version: true, hash: true }).nullable(),
  /** What the flow declared when it was planned; the seal covers it by the hash of the policy version. */
  declaration: declarationRef.nullable(),
  approvals: z.array(approvalView),
  /** Whether one person started it alone. */
  breakGlass: z.boolean(),
  /** How the evidence stood when it was frozen. */
  evidence: z.object({
    good: z.number().int(),
    warns: z.number().int(),
    blocks: z.number().int(),
    unknown: z.number().int(),
  }),
  /** null where the record is in none of its frozen entries: it was never planned, or planned anew without it. */
  record: replayRecord.nullable(),
});
export type RecordDecision = z.infer<typeof recordDecision>;

export const recordDecisions = z.object({
  record: z.object({
    cluster: z.string(),
    topic: z.string(),
    partition: partitionNumber,
    offset: offsetString,
  }),
  /** Which lineage it is of; several where a topic of this name was recreated. */
  lineageRoots: z.array(z.string()),
  /** Newest first; at most 50. */
  decisions: z.array(recordDecision),
  /** Replays that had it and may not be read by the one who asks. */
  hidden: z.number().int(),
  asOf: instant,
});
export type RecordDecisions = z.infer<typeof recordDecisions>;

export const listDecisions = operation({
  id: 'listDecisions',
  method: 'GET',
  path: '/decisions',
  summary: 'Every replay that had a record, who decided on it, on what evidence, and what became of it',
  permission: 'read',
  query: z.strictObject({
    cluster: z.string().min(1),
    topic: z.string().min(1),
    partition: partitionText,
    offset: offsetInput,
  }),
  answer: recordDecisions,
});
