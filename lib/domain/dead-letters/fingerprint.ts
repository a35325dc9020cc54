import { hash } from 'node:crypto';
import { type Fingerprint, fingerprint } from '../kernel/brand.ts';
import { createRecall } from '../kernel/recall.ts';
import type { Convention } from './convention.ts';

export type FingerprintParts = {
  convention: Convention;
  originTopic: string | null;
  exceptionClass: string | null;
  /** The normalised message (message-pattern.ts). */
  messagePattern: string | null;
  topFrame: string | null;
};

const canonicalOf = (parts: FingerprintParts): string =>
  JSON.stringify([
    parts.convention,
    parts.originTopic,
    parts.exceptionClass,
    parts.messagePattern,
    parts.topFrame,
  ]);
const hashOf = (canonical: string): Fingerprint => fingerprint(hash('sha256', canonical, 'hex').slice(0, 32));

/** What makes dead letters one failure group: 32 hex digits. Null and empty differ, and no part can run into the next. */
export const fingerprintOf = (parts: FingerprintParts): Fingerprint => hashOf(canonicalOf(parts));

const recalled = createRecall<Fingerprint>({ entries: 1000, keyLength: 2000 });

/** Just what `fingerprintOf` says, sooner for parts that were asked for before. */
export function recalledFingerprint(parts: FingerprintParts): Fingerprint {
  const canonical = canonicalOf(parts);
  const known = recalled.get(canonical);
  if (known) return known;
  const found = hashOf(canonical);
  recalled.set(canonical, found);
  return found;
}
