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
type Known = { parts: FingerprintParts; found: Fingerprint };
/** The last few, which are compared part by part: what most records of an incident have. */
const lastMost = 16;
let last: Known[] = [];

const same = (a: FingerprintParts, b: FingerprintParts) =>
  a.messagePattern === b.messagePattern &&
  a.topFrame === b.topFrame &&
  a.exceptionClass === b.exceptionClass &&
  a.originTopic === b.originTopic &&
  a.convention === b.convention;

function recalledHash(parts: FingerprintParts): Fingerprint {
  const canonical = canonicalOf(parts);
  const known = recalled.get(canonical);
  if (known) return known;
  const found = hashOf(canonical);
  recalled.set(canonical, found);
  return found;
}

const sizeOf = ({ originTopic, exceptionClass, messagePattern, topFrame }: FingerprintParts) =>
  [originTopic, exceptionClass, messagePattern, topFrame].reduce((sum, part) => sum + (part?.length ?? 0), 0);

/** Just what `fingerprintOf` says, sooner for parts that were asked for before. */
export function recalledFingerprint(parts: FingerprintParts): Fingerprint {
  for (const known of last) if (same(known.parts, parts)) return known.found;
  const found = recalledHash(parts);
  if (sizeOf(parts) <= 2000) last = [{ parts: { ...parts }, found }, ...last.slice(0, lastMost - 1)];
  return found;
}
