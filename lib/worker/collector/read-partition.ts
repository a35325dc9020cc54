import type { GroupMember } from '#lib/broker/port/groups.ts';
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
import { halfRates, noRates, rates } from '#lib/domain/lag/rates.ts';
import { recordAge } from '#lib/domain/lag/record-age.ts';
import type { EndTable } from '#lib/domain/lag/time-lag.ts';
import type { PartitionWindow, Poll } from '#lib/domain/lag/window.ts';
import type { Ahead } from './first-record.ts';

/** One partition of one group in one round, evaluated by its offsets alone: nothing of the log itself was read yet. */
export type PartitionRead = {
  groupId: string;
  reading: PartitionReading;
  window: PartitionWindow;
  ends: EndTable | null;
  orphaned: boolean | null;
  /** What its expiry was told from. */
  retention: Retention;
  atMs: number;
};

/** What a partition is evaluated from. */
export type PartitionSight = {
  groupId: string;
  topic: string;
  topicId: string | null;
  partition: number;
  share: boolean;
  poll: Poll;
  committedKnown: boolean;
  window: PartitionWindow;
  ends: EndTable | null;
  orphaned: boolean | null;
  member: GroupMember | null;
  stalledAfterMs: number;
  retention: Retention;
  size: LogSize | null;
};

export function readPartition(sight: PartitionSight): PartitionRead {
  const { groupId, poll, window, ends, orphaned, retention } = sight;
  const { lagRecords, atMs } = poll;
  // A poll that told nothing is not in the window: the time that has gone by since would dilute the rates.
  const measured = lagRecords === null ? noRates : rates(window, atMs);
  const waits = timeLag(poll, ends);
  const behind = lagRecords !== null && lagRecords > 0n;
  const reading: PartitionReading = {
    topic: sight.topic,
    topicId: sight.topicId,
    partition: sight.partition,
    committed: poll.committed,
    logStart: poll.logStart,
    lastStable: poll.lastStable,
    highWatermark: poll.highWatermark,
    lagRecords,
    lagStableRecords: poll.lagStableRecords,
    expiredRecords: poll.expiredRecords,
    unreadSinceMs: waits.unreadSinceMs,
    lagMsMethod: waits.lagMsMethod,
    lagMsError: waits.lagMsError,
    status: evaluatePartition(sight),
    consumeRate: measured.consume,
    produceRate: measured.produce,
    drainMs: drainMs(lagRecords, measured),
    drainRange: behind ? drainRange(lagRecords, halfRates(window, atMs)) : null,
    expiresAtMs: behind
      ? soonest(
          expiresByTimeMs(waits.unreadSinceMs, retention),
          expiresBySizeMs(nextToRead(poll), measured.produce, sight.size, retention, atMs),
        )
      : null,
    member: sight.member?.memberId ?? null,
    host: sight.member?.host ?? null,
    committedSinceMs: window.committedSinceMs,
    stuckSinceMs: window.stuckSinceMs,
    rewoundFrom: window.rewoundFrom,
  };
  return { groupId, reading, window, ends, orphaned, retention, atMs };
}

type TimeLagRead = Pick<PartitionReading, 'unreadSinceMs' | 'lagMsMethod' | 'lagMsError'>;
const notKnown: TimeLagRead = { unreadSinceMs: null, lagMsMethod: null, lagMsError: null };
const nothingUnread: TimeLagRead = { unreadSinceMs: null, lagMsMethod: 'interpolated', lagMsError: 0 };

/** By interpolation, as far as the table of ends reaches back. */
function timeLag(poll: Poll, ends: EndTable | null): TimeLagRead {
  const from = nextToRead(poll);
  if (from === null || poll.highWatermark === null || poll.lagRecords === null) return notKnown;
  if (from >= poll.highWatermark) return nothingUnread;
  const read = ends?.unreadSince(from);
  if (!read) return notKnown;
  return { unreadSinceMs: read.unreadSinceMs, lagMsMethod: 'interpolated', lagMsError: read.errorMs };
}

/**
 * The reading with what the first unread record itself says: its time lag where the table of ends does not reach back, and, since retention goes by
 * the record's own timestamp, a sooner expiry where that is old.
 */
export function withFirstRecord(
  { reading, ends, atMs }: PartitionRead,
  { record, disorderMs, newest }: Ahead,
  retention: Retention,
): PartitionReading {
  const timestampMs = record?.timestampMs ?? null;
  const expiresAtMs = soonest(reading.expiresAtMs, expiresByTimeMs(timestampMs, retention));
  if (reading.lagMsMethod !== null || timestampMs === null) return { ...reading, expiresAtMs };
  const writtenBeforeMs = ends?.knownFromMs ?? null;
  const age = recordAge({ timestampMs, disorderMs, nowMs: atMs, writtenBeforeMs, newest });
  if (age === null) return { ...reading, expiresAtMs };
  return {
    ...reading,
    unreadSinceMs: age.unreadSinceMs,
    lagMsMethod: 'record',
    lagMsError: age.errorMs,
    expiresAtMs,
  };
}
