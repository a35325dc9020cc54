'use client';
import { useState } from 'react';
import type { ReplayView } from '#lib/contract/replays.ts';
import type { Seen } from './verbs.ts';

/**
 * The seal and the policy version that were on the page when the reader came to it. When either changes under the
 * reader, what was read is no longer what would be approved: `changed` says so until `lookAgain`.
 */
export function useSeen(replay: Pick<ReplayView, 'digest' | 'policy'>) {
  const now: Seen | null =
    replay.digest !== null && replay.policy !== null
      ? { digest: replay.digest, policyVersion: replay.policy.version }
      : null;
  const [seen, setSeen] = useState<Seen | null>(now);
  // The first plan that the page shows is what is looked at; only a second one is a change.
  if (seen === null && now !== null) setSeen(now);
  const differs =
    seen !== null && (now === null || now.digest !== seen.digest || now.policyVersion !== seen.policyVersion);
  const changed = differs
    ? now === null || now.digest !== seen.digest
      ? 'The plan changed while you had this page open: its seal is another one now.'
      : `The policy changed while you had this page open: version ${now.policyVersion}, not ${seen.policyVersion}.`
    : null;
  return { seen, changed, lookAgain: () => setSeen(now) };
}
