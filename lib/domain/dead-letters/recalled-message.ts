import { createRecall, ownText } from '../kernel/recall.ts';
import type { FailureVerdict } from './convention.ts';
import { messagePattern } from './message-pattern.ts';
import { messageShape } from './message-shape.ts';
import { verdictOf } from './verdict.ts';

type Judged = { pattern: string; exceptionClass: string | null; verdict: FailureVerdict | null };

/** Longer ones are looked at anew each time. */
const messageMax = 1000;
const recalled = createRecall<Judged>({ entries: 2000, keyLength: messageMax });

type Failure = Parameters<typeof verdictOf>[0];

function judgedOf(message: string): Judged {
  const shape = messageShape(message);
  const found = recalled.get(shape);
  if (found) return found;
  const judged: Judged = { pattern: messagePattern(message), exceptionClass: null, verdict: null };
  recalled.set(shape, judged);
  return judged;
}

/** Just what `messagePattern` says, sooner for a message whose like was seen before. */
export const recalledPattern = (message: string): string =>
  message.length > messageMax ? messagePattern(message) : judgedOf(message).pattern;

/** Just what `messagePattern` and `verdictOf` say of a failure, sooner when its like was seen before. */
export function recalledMessage(failure: Failure): { pattern: string | null; verdict: FailureVerdict } {
  const { exceptionClass, exceptionMessage: message } = failure;
  if (message === null || message.length > messageMax || exceptionClass === null)
    return {
      pattern: message === null ? null : recalledPattern(message),
      verdict: verdictOf(failure).verdict,
    };
  const judged = judgedOf(message);
  if (judged.verdict === null || judged.exceptionClass !== exceptionClass) {
    judged.verdict = verdictOf(failure).verdict;
    judged.exceptionClass = ownText(exceptionClass);
  }
  return { pattern: judged.pattern, verdict: judged.verdict };
}
