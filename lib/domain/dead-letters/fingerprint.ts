import { hash } from 'node:crypto';
import { type Fingerprint, fingerprint } from '../kernel/brand.ts';
import type { Convention } from './convention.ts';

export type FingerprintParts = {
  convention: Convention;
  originTopic: string | null;
  exceptionClass: string | null;
  /** The normalised message (message-pattern.ts). */
  messagePattern: string | null;
  topFrame: string | null;
};

/** What makes dead letters one failure group: 32 hex digits. Null and empty differ, and no part can run into the next. */
export function fingerprintOf(parts: FingerprintParts): Fingerprint {
  const canonical = JSON.stringify([
    parts.convention,
    parts.originTopic,
    parts.exceptionClass,
    parts.messagePattern,
    parts.topFrame,
  ]);
  return fingerprint(hash('sha256', canonical, 'hex').slice(0, 32));
}
