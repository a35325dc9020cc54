import { z } from 'zod';
import { resetConflictCodes } from '#lib/domain/lag/reset-conflicts.ts';
import { groupTypes } from '#lib/domain/lag/status.ts';
import { resetClamps } from '#lib/domain/lag/what-if.ts';
import { operation } from './operation.ts';
import {
  durationMs,
  inInt64,
  instant,
  instantInput,
  offsetInput,
  offsetString,
  partitionNumber,
} from './wire.ts';

const anAmount = 'must be a number of records as a decimal string, such as "-100"';
/** Where to; each form has only its own fields. */
export const whatIfTarget = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('offset'),
      offset: offsetInput,
    }),
    z.strictObject({ kind: z.literal('timestamp'), timestamp: instantInput }),
    z.strictObject({ kind: z.literal('earliest') }),
    z.strictObject({ kind: z.literal('latest') }),
    z.strictObject({
      kind: z.literal('shift'),
      by: z
        .string(anAmount)
        .regex(/^[+-]?\d{1,19}$/, { error: anAmount, abort: true })
        .refine(inInt64, anAmount)
        .meta({ description: 'records; negative goes back' }),
    }),
  ],
  'must be one of "offset", "timestamp", "earliest", "latest", "shift"',
);
export type WhatIfTarget = z.infer<typeof whatIfTarget>;

export const whatIfBody = z.strictObject({
  to: whatIfTarget,
  topics: z
    .array(z.string().min(1).max(249))
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'all topics of the group when left out' }),
});
export type WhatIfBody = z.infer<typeof whatIfBody>;

const counts = {
  /** Offsets, so at most as many records. */
  reprocessed: offsetString.nullable(),
  skipped: offsetString.nullable(),
  expired: offsetString.nullable(),
  /** What would wait after the move. */
  lagRecords: offsetString.nullable(),
  /** Predicted at the present rates. */
  drainMs: durationMs.nullable(),
};

export const whatIfPartition = z.object({
  topic: z.string(),
  partition: partitionNumber,
  from: offsetString.nullable(),
  to: offsetString.nullable(),
  ...counts,
  clamp: z.enum(resetClamps).nullable(),
  logStart: offsetString.nullable(),
  lastStable: offsetString.nullable(),
  highWatermark: offsetString.nullable(),
  /** Why its offsets could not be read. */
  failure: z.string().nullable(),
});
export type WhatIfPartitionView = z.infer<typeof whatIfPartition>;

export const whatIfAnswer = z.object({
  cluster: z.string(),
  groupId: z.string(),
  type: z.enum(groupTypes),
  state: z.string(),
  members: z.number().int().nullable(),
  to: whatIfTarget,
  partitions: z.array(whatIfPartition),
  totals: z.object({
    partitions: z.number().int(),
    moved: z.number().int(),
    unknown: z.number().int(),
    ...counts,
  }),
  conflicts: z.array(z.object({ code: z.enum(resetConflictCodes), blocks: z.boolean(), detail: z.string() })),
  /** The same with Kafka's own tool, for a POSIX shell, with --dry-run; null when that tool can't do it. */
  command: z.string().nullable(),
  commandNotes: z.array(z.string()),
  /** When Kafka was asked. */
  asOf: instant,
  /** Of which time the rates are. */
  ratesAsOf: instant,
});
export type WhatIfAnswer = z.infer<typeof whatIfAnswer>;

export const whatIfGroup = operation({
  id: 'whatIfGroup',
  method: 'POST',
  path: '/clusters/{cluster}/groups/{group}/what-if',
  summary:
    'What moving a group to an offset, a time, an end of the log or by a shift would do; changes nothing',
  permission: 'read',
  params: z.object({ cluster: z.string(), group: z.string() }),
  body: whatIfBody,
  answer: whatIfAnswer,
});
