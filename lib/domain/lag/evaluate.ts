import { rates } from './rates.ts';
import { leastLagBetween, newestRun, runAt } from './runs.ts';
import type { LagStatus } from './status.ts';
import type { PartitionWindow, Poll } from './window.ts';

export type PartitionSituation = {
  /** The latest poll, already added to the window. */
  poll: Poll;
  /** false: the group's offsets could not be read, so a null is no "never committed". */
  committedKnown: boolean;
  window: PartitionWindow;
  /** The topic is gone, or the group is live and none of its members subscribes it; null when that can't be told. */
  orphaned: boolean | null;
  stalledAfterMs: number;
  /** Members of a share group take records out of order: its start offset may stand while they work, so it is never stalled or rewound. */
  share?: boolean;
};

/** Offset commits are batched (5 s by default in Kafka's clients), so this much of the production is always under way, never "behind". */
const inFlightMs = 10_000;

/**
 * Status of one partition: the first in api.md's order that holds. Orphaned comes before the others that need a reader, since where nobody means to
 * read any more, a standing offset is not a fault.
 */
export function evaluatePartition(situation: PartitionSituation): LagStatus {
  const { poll, window, stalledAfterMs } = situation;
  if (situation.orphaned === true) return 'orphaned';
  if (!situation.committedKnown) return 'unknown';
  if (poll.committed === null) return poll.highWatermark === null ? 'unknown' : 'never_committed';
  const { lagRecords, expiredRecords } = poll;
  if (expiredRecords !== null && expiredRecords > 0n) return 'expired';
  if (poll.highWatermark !== null && poll.committed > poll.highWatermark) return 'ahead';
  if (window.rewoundFrom && !situation.share) return 'rewound';
  if (lagRecords === null) return 'unknown';
  if (lagRecords === 0n) return 'ok';
  if (window.stuckSinceMs !== null && poll.atMs - window.stuckSinceMs >= stalledAfterMs) {
    if (poll.assigned === false) return 'stopped';
    if (!situation.share) return 'stalled';
  }
  return movingStatus(window, poll.atMs);
}

/** There is lag, and it is not (yet) stuck. Burrow's rules 4 and 6, turned from commits into polls. */
function movingStatus(window: PartitionWindow, nowMs: number): LagStatus {
  const { runs } = window;
  const first = runAt(runs, 0);
  const last = newestRun(runs);
  if (!first || !last) return 'unknown';
  // Seen once and behind: whether it falls can't be known yet, and unknown must not look good.
  if (first.fromMs === nowMs) return 'unknown';
  if (leastLagBetween(runs, first.fromMs, nowMs) <= 0) return 'ok';
  const inFlight = ((rates(window, nowMs).produce ?? 0) * inFlightMs) / 1000;
  if (inFlight > 0 && last.leastLag <= inFlight) return 'ok';
  // Lag saws up and down with each commit; its floor in the older and the newer half shows where it goes.
  const middleMs = (first.fromMs + nowMs) / 2;
  const older = leastLagBetween(runs, first.fromMs, middleMs);
  return leastLagBetween(runs, middleMs, nowMs) >= older ? 'lagging' : 'ok';
}
