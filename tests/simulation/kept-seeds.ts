import type { FaultKind } from './faults.ts';

/**
 * Seeds that once ended in a violation, and what was wrong then. A seed says the same only as long as the code makes the same calls in the same
 * order: the tests for what was found stand beside the code, and these are run again all the same.
 */
export const keptSeeds: readonly { seed: number; found: string; only?: readonly FaultKind[] }[] = [
  { seed: 637, found: 'an entry did not end in exactly one outcome, and the audit closed over another root' },
  {
    ...{ seed: 1310, only: ['worker_stalled'] },
    found:
      'a worker that was stopped while it took over settled the open intent of the one after it as not sent',
  },
  {
    seed: 1795742418,
    found:
      'a worker that was stopped while it looked at the target took back, after the end, how far that had come: the proof closed over another root',
  },
  {
    seed: 1795743431,
    found: 'a first batch was found passed by a clock an hour ahead, and waited for that hour',
  },
  { seed: 1294, found: 'a replay that was aborted in its verification held its records for ever' },
];
