import { z } from 'zod';
import { operation } from './operation.ts';
import { instant, offsetInput, offsetString, partitionNumber, partitionText } from './wire.ts';

const differences = z.object({
  /** What is not the same in both, by JSON pointer or header name, as it is written; null where it is not there. */
  differing: z.array(
    z.object({ name: z.string(), failing: z.string().nullable(), other: z.string().nullable() }),
  ),
  same: z.number().int(),
  /** Masked in either, and so not compared. */
  masked: z.number().int(),
  /** There is more that was not compared or is not listed. */
  more: z.boolean(),
});
export type DifferencesView = z.infer<typeof differences>;

export const recordComparison = z.object({
  /** `found`: the rest is there. `none`: no such record near. `unknown`: which were consumed is not known. `denied`: not shown to you. */
  state: z.enum(['found', 'none', 'unknown', 'denied']),
  /** What was found, or why nothing was, in a sentence. */
  detail: z.string(),
  /** The consumer group that has gone past it. */
  group: z.string().nullable(),
  other: z
    .object({
      topic: z.string(),
      partition: partitionNumber,
      offset: offsetString,
      at: instant.nullable(),
      sameKey: z.boolean().nullable(),
    })
    .nullable(),
  headers: differences.nullable(),
  /** null when either value is no JSON that is shown whole. */
  fields: differences.nullable(),
  asOf: instant,
});
export type RecordComparison = z.infer<typeof recordComparison>;

/** Reads payloads, so it goes into the audit log. */
export const compareRecord = operation({
  id: 'compareRecord',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/records/{partition}/{offset}/compare',
  summary:
    'A dead letter beside the nearest record of its source that was consumed past and has no dead letter',
  permission: 'payload.read',
  params: z.object({
    cluster: z.string(),
    topic: z.string(),
    partition: partitionText,
    offset: offsetInput,
  }),
  answer: recordComparison,
});
