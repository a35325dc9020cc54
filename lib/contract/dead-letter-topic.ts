import { z } from 'zod';
import { conventions } from '#lib/domain/dead-letters/convention.ts';
import { expiryCauses, expirySureness } from '#lib/domain/dead-letters/expiry.ts';
import { discoveryWays } from '#lib/domain/dead-letters/found-by.ts';
import { nextWave } from './next-wave.ts';
import { durationMs, instant, offsetString, partitionNumber } from './wire.ts';

/** What retention takes first of what is open, or compaction may. `partition` and `offset` are the dead letter's own. */
export const deadLetterExpiry = z.object({
  at: instant.meta({ description: 'may have passed: the broker looks only now and then' }),
  by: z.enum(expiryCauses),
  sure: z.enum(expirySureness).meta({
    description:
      'earliest: not before that; estimate: at the present rate of growth; possible: from then on at any moment, or never',
  }),
  partition: partitionNumber,
  offset: offsetString,
  /** Where the payload of a pointer stands, which goes first; null for a record that has its own. */
  source: z.object({ topic: z.string(), partition: partitionNumber, offset: offsetString }).nullable(),
  retentionMs: durationMs.nullable(),
  segmentMs: durationMs.nullable(),
});
/** Distinct values: of many letters counted in the background. Null when they have not been counted yet. */
export const distinctCounts = {
  lineages: z.number().int().nullable(),
  keys: z.number().int().nullable(),
  distinctAt: instant.nullable().meta({ description: 'when lineages and keys were counted' }),
};

export const deadLetterTopic = z.object({
  cluster: z.string(),
  topic: z.string(),
  topicId: z.string(),
  kind: z.enum(['dead_letter', 'quarantine']),
  flow: z.string().nullable(),
  /** Why it is taken for a dead-letter topic, the most binding first: `share_group` names it by its configuration. */
  foundBy: z.array(z.object({ by: z.enum(discoveryWays), name: z.string() })),
  conventions: z.array(z.enum(conventions)),
  open: z.number().int(),
  total: z.number().int(),
  oldestAt: instant.nullable(),
  newestAt: instant.nullable(),
  arrivals: z.object({
    m5: z.number().int(),
    m15: z.number().int(),
    h1: z.number().int(),
    d1: z.number().int(),
  }),
  failureGroups: z.number().int(),
  ...distinctCounts,
  expiresFirstMs: durationMs.nullable(),
  expires: deadLetterExpiry.nullable(),
  /** Causes of which nothing could be told (null: the clock was not looked at yet, or has stood still). */
  expiryUnknown: z.array(z.enum(expiryCauses)).nullable(),
  /** Before retention takes an open dead letter it is told of for so long. */
  expiryLeadMs: durationMs,
  /** null: its flow declares no retry topics, or the worker has not looked yet. */
  nextWave: nextWave.nullable(),
  /** While its dead letters are grouped anew, since the rules have changed: failure groups and verdicts are partly those of before. Null otherwise. */
  regrouping: z
    .object({
      done: z.number().min(0).max(1).meta({ description: 'the share that is done' }),
      since: instant,
    })
    .nullable(),
  /** How much of each value the index keeps, masked; null where the flow allows none. */
  excerptBytes: z.number().int().nullable(),
  index: z.object({ caughtUp: z.boolean(), behindRecords: z.number().int().nullable() }),
  asOf: instant,
});
export type DeadLetterTopic = z.infer<typeof deadLetterTopic>;
export type DeadLetterExpiry = z.infer<typeof deadLetterExpiry>;
