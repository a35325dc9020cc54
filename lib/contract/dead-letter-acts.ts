import { z } from 'zod';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';
import { failureMarks } from './dead-letters.ts';
import { operation } from './operation.ts';
import { selection } from './replays.ts';
import { instantInput, reasonText, sha256Text } from './wire.ts';

const lettersExpected = z.strictObject({ records: z.number().int().min(0), digest: sha256Text });

/** What every act on a selection of dead letters takes. */
export const decideShape = {
  selection,
  reason: reasonText.optional(),
  expect: lettersExpected.optional(),
  dryRun: z.boolean().optional(),
};

/** `expect` makes it change exactly what was looked at, or nothing; `dryRun` only looks, and then needs no reason. */
export const decideBody = z
  .strictObject(decideShape)
  .refine((body) => body.dryRun === true || body.reason !== undefined, {
    path: ['reason'],
    error: 'say why: it goes into the audit log',
  });
export type DecideBody = z.output<typeof decideBody>;

export const lettersDigestText = sha256Text.meta({
  description:
    'SHA-256 of one line a record, "<topic id> <partition> <offset>" and a line feed, ascending by partition, then offset',
});

export const lettersDecided = z.object({
  records: z.number().int(),
  digest: lettersDigestText,
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

export const failureStateView = failureMarks.extend({ fingerprint: z.string() });
export type FailureStateView = z.infer<typeof failureStateView>;

const failureParams = topicParams.extend({ fingerprint: z.string().min(1).max(64) });
type Noun = 'mute' | 'snooze' | 'claim';
const failureAct = (id: string, noun: Noun, summary: string) => ({
  id,
  path: `/dead-letters/{cluster}/{topic}/failures/{fingerprint}/${noun}`,
  summary,
  permission: 'dead_letters.triage' as const,
  params: failureParams,
  answer: failureStateView,
});
const begin = <B extends z.ZodType>(id: string, noun: Noun, summary: string, body: B) =>
  operation({ ...failureAct(id, noun, summary), method: 'POST', body });
const end = (id: string, noun: Noun, summary: string) =>
  operation({ ...failureAct(id, noun, summary), method: 'DELETE' });

export const muteFailure = begin(
  'muteFailure',
  'mute',
  'Mute a failure group for at most 30 days: it is counted, but neither shown on home nor alerted about',
  z.strictObject({ until: instantInput, reason: reasonText }),
);
export const unmuteFailure = end('unmuteFailure', 'mute', 'End a mute early');
export const snoozeFailure = begin(
  'snoozeFailure',
  'snooze',
  'Leave a failure group out of home until a time, or until it fails again',
  z.strictObject({ until: instantInput }),
);
export const unsnoozeFailure = end('unsnoozeFailure', 'snooze', 'End a snooze early');
export const claimFailure = begin(
  'claimFailure',
  'claim',
  'Say that you have a failure group; what another has only with takeOver',
  z.strictObject({ takeOver: z.boolean().optional() }),
);
export const releaseFailure = end('releaseFailure', 'claim', 'Nobody has it any more');
