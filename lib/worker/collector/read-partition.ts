import { drainMs, expiryRiskMs } from '#lib/domain/lag/drain.ts';
import { evaluatePartition } from '#lib/domain/lag/evaluate.ts';
import type { PartitionReading } from '#lib/domain/lag/group.ts';
import { nextToRead, offsetLag } from '#lib/domain/lag/offsets.ts';
import { interpolateTimeLag } from '#lib/domain/lag/time-lag.ts';
import { rates } from '#lib/domain/lag/window.ts';
import type { PartitionDraft } from './draft-partitions.ts';

type TimeLagReading = Pick<PartitionReading, 'lagMs' | 'lagMsMethod' | 'lagMsError'>;
const noTimeLag: TimeLagReading = { lagMs: null, lagMsMethod: null, lagMsError: null };

/** A draft, evaluated. @param retentionMs of the topic; null for none or not known */
export function readPartition(
  draft: PartitionDraft,
  options: { markersOnly: boolean; stalledAfterMs: number; retentionMs: number | null },
): PartitionReading {
  const { poll, window } = draft;
  const lag = offsetLag(poll);
  const { consume, produce } = rates(window);
  const timeLag = options.markersOnly
    ? ({ lagMs: 0, lagMsMethod: 'interpolated', lagMsError: 0 } as const)
    : byInterpolation(draft, lag.lagRecords);
  return {
    topic: draft.topic,
    partition: draft.partition,
    committed: poll.committed,
    logStart: poll.logStart,
    lastStable: poll.lastStable,
    highWatermark: poll.highWatermark,
    ...lag,
    ...timeLag,
    status: evaluatePartition({
      poll,
      committedKnown: draft.committedKnown,
      window,
      orphaned: draft.orphaned,
      markersOnly: options.markersOnly,
      stalledAfterMs: options.stalledAfterMs,
    }),
    consumeRate: consume,
    produceRate: produce,
    drainMs: options.markersOnly ? 0 : drainMs(lag.lagRecords, consume, produce),
    expiryRiskMs: options.markersOnly
      ? null
      : expiryRiskMs(lag.lagRecords, timeLag.lagMs, options.retentionMs),
    member: draft.member?.memberId ?? null,
    host: draft.member?.host ?? null,
    committedSinceMs: window.committedSinceMs,
    stuckSinceMs: window.stuckSinceMs,
  };
}

function byInterpolation(draft: PartitionDraft, lagRecords: bigint | null): TimeLagReading {
  const from = nextToRead(draft.poll);
  if (from === null || lagRecords === null) return noTimeLag;
  const read = interpolateTimeLag(draft.ends, from, draft.poll.atMs);
  return read ? { lagMs: read.lagMs, lagMsMethod: 'interpolated', lagMsError: read.errorMs } : noTimeLag;
}

/** Time lag by the age of the record itself, where the table of ends does not reach back; a time ahead of now is a skewed clock and says nothing. */
export function withRecordAge(
  reading: PartitionReading,
  timestampMs: number | null,
  nowMs: number,
  retentionMs: number | null,
): PartitionReading {
  if (timestampMs === null || timestampMs < 0 || timestampMs > nowMs) return reading;
  const lagMs = nowMs - timestampMs;
  return {
    ...reading,
    lagMs,
    lagMsMethod: 'record',
    // The record's time is its producer's word (or the broker's clock): no bound can be given.
    lagMsError: null,
    expiryRiskMs: expiryRiskMs(reading.lagRecords, lagMs, retentionMs),
  };
}
