import type { Fingerprint } from '../kernel/brand.ts';
import { plainSteps } from './analyse.ts';
import type { Convention, FailureVerdict } from './convention.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What the index has of a dead letter's failure. */
export type IndexedFailure = {
  convention: Convention;
  originTopic: string | null;
  hopTopic: string | null;
  exceptionClass: string | null;
  exceptionMessage: string | null;
  messagePattern: string | null;
  topFrame: string | null;
  fingerprint: string;
};
export type Regrouped = { messagePattern: string | null; fingerprint: Fingerprint; verdict: FailureVerdict };

/**
 * Where a dead letter stands by today's rules, going by the index alone: for one whose record is gone. Message and class are in the index, trace, chain of
 * causes and headers are not, so its frame and origin stay as they were read. Null when the index does not hold what it was grouped by (a masked message, a
 * class that only the chain names, a declared mapping): then nothing truthful can be said, and it stays where it is.
 */
export function regroupedFromIndex(failure: IndexedFailure): Regrouped | null {
  const { convention, originTopic, hopTopic, exceptionClass, exceptionMessage, topFrame } = failure;
  if (convention === 'declared') return null;
  const parts = { convention, originTopic: originTopic ?? hopTopic, exceptionClass, topFrame };
  if (fingerprintOf({ ...parts, messagePattern: failure.messagePattern }) !== failure.fingerprint)
    return null;
  const { pattern, verdict } = plainSteps.judge({ exceptionClass, exceptionMessage, exceptionChain: [] });
  return {
    messagePattern: pattern,
    verdict,
    fingerprint: fingerprintOf({ ...parts, messagePattern: pattern }),
  };
}
