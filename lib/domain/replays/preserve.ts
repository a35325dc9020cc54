import type { Bounds, CanaryTerms, PolicyVerdict } from './replay.ts';

/** No policy of a flow bounds a copy that nobody processes; these do. A request can only tighten them. */
export const preserveBounds: Bounds = {
  maxRecords: 10_000,
  maxBytes: 100_000_000,
  recordsPerSecond: 500,
  maxDurationMs: 3_600_000,
};

/** Nobody consumes a copy: no fate has to be awaited. The first batch only shows early whether the quarantine can be written. */
export const preserveCanary: CanaryTerms = { records: 10, settleMs: 0, maxCameBackRatio: 0 };
export const preserveRamp: readonly number[] = [100];

/** The policy's word on a preserve: its rules are about who processes records again, and nobody does. */
export const preserveVerdict = ({
  version,
  hash,
}: Pick<PolicyVerdict, 'version' | 'hash'>): PolicyVerdict => ({
  version,
  hash,
  verdict: 'allowed',
  rules: [
    {
      rule: 'preserve',
      effect: 'allow',
      reason:
        'a copy into the declared quarantine, which nobody reads and which keeps it longer; the original stays open, so nobody has to approve it',
    },
  ],
  approvalsNeeded: 0,
});

/** What it does, before it is done. */
export const preserveSentence = (records: string, quarantine: string): string =>
  `Copies ${records} to ${quarantine}, where nobody processes them; the originals stay open.`;
