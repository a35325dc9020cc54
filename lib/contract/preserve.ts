import { z } from 'zod';
import { quarantineChecks } from '#lib/domain/replays/quarantine-checks.ts';
import { decideShape, lettersDigestText } from './dead-letter-acts.ts';
import { operation } from './operation.ts';
import { boundsInput } from './replays.ts';

/** As for dismissing: `expect` makes it copy exactly what was looked at, or nothing; `dryRun` only looks, and then needs no reason. */
export const preserveBody = z
  .strictObject({ ...decideShape, bounds: boundsInput.optional() })
  .refine((body) => body.dryRun === true || body.reason !== undefined, {
    path: ['reason'],
    error: 'say why: it goes into the audit log',
  });
export type PreserveBody = z.output<typeof preserveBody>;

export const quarantineCheck = z.object({
  check: z.enum(quarantineChecks),
  state: z.enum(['passed', 'failed', 'unknown']),
  sentence: z.string(),
  remedy: z.string().nullable(),
});

export const lettersPreserved = z.object({
  records: z.number().int(),
  bytes: z.number().int(),
  digest: lettersDigestText,
  /** Of what the selection names: what is not copied, by reason. */
  leftOut: z.record(z.string(), z.number().int()),
  /** The topic that the copies go to: the declared one, and never another. */
  quarantine: z.string(),
  checks: z.array(quarantineCheck),
  recordsPerSecond: z.number(),
  dryRun: z.boolean(),
  /** Where the copying can be followed, paused and aborted, and is verified; null for a dry run. */
  replayId: z.string().nullable(),
});
export type LettersPreserved = z.infer<typeof lettersPreserved>;

export const preserveDeadLetters = operation({
  id: 'preserveDeadLetters',
  method: 'POST',
  path: '/dead-letters/{cluster}/{topic}/preserve',
  summary:
    'Copy open dead letters into the declared quarantine before retention takes them; the originals stay open',
  permission: 'dead_letters.preserve',
  params: z.object({ cluster: z.string(), topic: z.string() }),
  body: preserveBody,
  answer: lettersPreserved,
});
