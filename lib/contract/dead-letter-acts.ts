import { z } from 'zod';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';
import { operation } from './operation.ts';
import { selection } from './replays.ts';
import { reasonText, sha256Text } from './wire.ts';

export const lettersExpected = z.strictObject({ records: z.number().int().min(0), digest: sha256Text });

/** `expect` makes it change exactly what was looked at, or nothing; `dryRun` only looks, and then needs no reason. */
export const decideBody = z
  .strictObject({
    selection,
    reason: reasonText.optional(),
    expect: lettersExpected.optional(),
    dryRun: z.boolean().optional(),
  })
  .refine((body) => body.dryRun === true || body.reason !== undefined, {
    path: ['reason'],
    error: 'say why: it goes into the audit log',
  });
export type DecideBody = z.output<typeof decideBody>;

export const lettersDecided = z.object({
  records: z.number().int(),
  digest: sha256Text.meta({
    description:
      'SHA-256 of one line a record, "<topic id> <partition> <offset>" and a line feed, ascending by partition, then offset',
  }),
  /** Of what the selection names: what was left as it is, by disposition. */
  leftOut: z.partialRecord(z.enum(dispositions), z.number().int()),
  dryRun: z.boolean(),
});
export type LettersDecided = z.infer<typeof lettersDecided>;

const topicParams = z.object({ cluster: z.string(), topic: z.string() });

export const dismissDeadLetters = operation({
  id: 'dismissDeadLetters',
  method: 'POST',
  path: '/dead-letters/{cluster}/{topic}/dismiss',
  summary: 'Dismiss dead letters that are open or came back: nothing more is to be done about them',
  permission: 'dead_letters.triage',
  params: topicParams,
  body: decideBody,
  answer: lettersDecided,
});
export const reopenDeadLetters = operation({
  id: 'reopenDeadLetters',
  method: 'POST',
  path: '/dead-letters/{cluster}/{topic}/reopen',
  summary: 'Take dismissals back',
  permission: 'dead_letters.triage',
  params: topicParams,
  body: decideBody,
  answer: lettersDecided,
});
