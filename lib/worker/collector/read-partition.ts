import { drainMs, drainRange } from '#lib/domain/lag/drain.ts';
import { evaluatePartition } from '#lib/domain/lag/evaluate.ts';
import {
  expiresBySizeMs,
  expiresByTimeMs,
  type LogSize,
  type Retention,
  soonest,
} from '#lib/domain/lag/expiry.ts';
import type { PartitionReading } from '#lib/domain/lag/group.ts';
import { nextToRead } from '#lib/domain/lag/offsets.ts';
import { recordAge } from '#lib/domain/lag/record-age.ts';
import { halfRates, rates } from '#lib/domain/lag/window.ts';
import type { PartitionDraft } from './draft-partitions.ts';
import type { Ahead } from './first-record.ts';

type TimeLagReading = Pick<PartitionReading, 'unreadSinceMs' | 'lagMsMethod' | 'lagMsError'>;
const noTimeLag: TimeLagReading = { unreadSinceMs: null, lagMsMethod: null, lagMsError: null };
const nothingUnread: TimeLagReading = { unreadSinceMs: null, lagMsMethod: 'interpolated', lagMsError: 0 };

export type ReadOptions = {
  markersOnly: boolean;
  stalledAfterMs: number;
  retention: Retention;
  size: LogSize | null;
};

/** A draft, evaluated. */
export function readPartition(draft: PartitionDraft, options: ReadOptions): PartitionReading {
  const { poll, window } = draft;
  const { markersOnly, retention } = options;
  const { lagRecords } = poll;
  const behind = lagRecords !== null && lagRecords > 0n && !markersOnly;
  const measured = rates(window, poll.atMs);
  const timeLag = markersOnly ? nothingUnread : byInterpolation(draft);
  return {
    topic: draft.topic,
    topicId: draft.topicId,
    partition: draft.partition,
    committed: poll.committed,
    logStart: poll.logStart,
    lastStable: poll.lastStable,
    highWatermark: poll.highWatermark,
    lagRecords,
    lagStableRecords: poll.lagStableRecords,
    expiredRecords: poll.expiredRecords,
    ...timeLag,
    status: evaluatePartition({
      poll,
      committedKnown: draft.committedKnown,
      window,
      orphaned: draft.orphaned,
      markersOnly,
      stalledAfterMs: options.stalledAfterMs,
      share: draft.share,
    }),
    consumeRate: measured.consume,
    produceRate: measured.produce,
    drainMs: markersOnly ? 0 : drainMs(lagRecords, measured),
    drainRange: behind ? drainRange(lagRecords, halfRates(window, poll.atMs)) : null,
    expiresAtMs: behind
      ? soonest(
          expiresByTimeMs(timeLag.unreadSinceMs, retention),
          expiresBySizeMs(nextToRead(poll), measured.produce, options.size, retention, poll.atMs),
        )
      : null,
    member: draft.member?.memberId ?? null,
    host: draft.member?.host ?? null,
    committedSinceMs: window.committedSinceMs,
    stuckSinceMs: window.stuckSinceMs,
    rewoundFrom: window.rewoundFrom,
  };
}

function byInterpolation({ poll, ends }: PartitionDraft): TimeLagReading {
  const from = nextToRead(poll);
  if (from === null || poll.highWatermark === null || poll.lagRecords === null) return noTimeLag;
  if (from >= poll.highWatermark) return nothingUnread;
  const read = ends?.unreadSince(from);
  return read
    ? { unreadSinceMs: read.unreadSinceMs, lagMsMethod: 'interpolated', lagMsError: read.errorMs }
    : noTimeLag;
}

/**
 * The reading with what the first unread record itself says: its time lag where the table of ends does not reach back, and, since retention goes by
 * the record's own timestamp, a sooner expiry where that is old.
 */
export function withFirstRecord(
  reading: PartitionReading,
  { ends, poll }: Pick<PartitionDraft, 'ends' | 'poll'>,
  { record, disorderMs, newest }: Ahead,
  retention: Retention,
): PartitionReading {
  const timestampMs = record?.timestampMs ?? null;
  const expiresAtMs = soonest(reading.expiresAtMs, expiresByTimeMs(timestampMs, retention));
  if (reading.lagMsMethod !== null || timestampMs === null) return { ...reading, expiresAtMs };
  const age = recordAge({
    timestampMs,
    disorderMs,
    nowMs: poll.atMs,
    writtenBeforeMs: ends?.knownFromMs ?? null,
    newest: newest === null || !ends ? null : { timestampMs: newest.timestampMs, written: newest.written },
  });
  if (age === null) return { ...reading, expiresAtMs };
  return {
    ...reading,
    unreadSinceMs: age.unreadSinceMs,
    lagMsMethod: 'record',
    lagMsError: age.errorMs,
    expiresAtMs,
  };
}
