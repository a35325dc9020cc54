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
    unreadSinceMs: null,
    lagMsMethod: null,
    lagMsError: null,
    status: evaluatePartition(sight),
    consumeRate: measured.consume,
    produceRate: measured.produce,
    drainMs: drainMs(lagRecords, measured),
    drainRange: null,
    expiresAtMs: null,
    member: sight.member?.memberId ?? null,
    host: sight.member?.host ?? null,
    committedSinceMs: window.committedSinceMs,
    stuckSinceMs: window.stuckSinceMs,
    rewoundFrom: window.rewoundFrom,
  };
  addTimeLag(reading, ends);
  if (lagRecords !== null && lagRecords > 0n) {
    reading.drainRange = drainRange(lagRecords, halfRates(window, atMs));
    reading.expiresAtMs = soonest(
      expiresByTimeMs(reading.unreadSinceMs, retention),
      expiresBySizeMs(nextToRead(poll), measured.produce, sight.size, retention, atMs),
    );
  }
  return { groupId, reading, window, ends, orphaned, retention, atMs };
}

/** By interpolation, as far as the table of ends reaches back. */
function addTimeLag(reading: PartitionReading, ends: EndTable | null): void {
  const from = nextToRead(reading);
  if (from === null || reading.highWatermark === null || reading.lagRecords === null) return;
  if (from >= reading.highWatermark) {
    reading.lagMsMethod = 'interpolated';
    reading.lagMsError = 0;
    return;
  }
  const read = ends?.unreadSince(from);
  if (!read) return;
  reading.lagMsMethod = 'interpolated';
  reading.unreadSinceMs = read.unreadSinceMs;
  reading.lagMsError = read.errorMs;
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
