import type { Keeping } from '../flows/keeping.ts';
import { expiresBySizeMs, expiresByTimeMs, type LogSize } from '../lag/expiry.ts';

/** By what a record is taken out of its log. */
export const expiryCauses = ['time', 'size', 'compaction'] as const;
export type ExpiryCause = (typeof expiryCauses)[number];

/**
 * How sure the instant is. `earliest`: not before it, by the broker's own rule, and perhaps long after. `estimate`: if the topic grows on as it
 * did, and its records are alike in size. `possible`: from then on it may go at any moment, or never.
 */
export const expirySureness = ['earliest', 'estimate', 'possible'] as const;
export type ExpirySureness = (typeof expirySureness)[number];

export type Expiry = { atMs: number; by: ExpiryCause; sure: ExpirySureness };

/** The first record of a partition that must not be lost yet. */
export type Endangered = {
  offset: bigint;
  /** Its own timestamp, as the log has it: the producer's with CreateTime, the broker's with LogAppendTime. */
  atMs: number;
  /** The latest timestamp among it and what stands before it in its partition; its own where no more is known. */
  newestUpToMs: number;
};

/** The partition that it stands in. Bytes are those of the log on its leader; null is not known. */
export type Growth = {
  bytes: number | null;
  logStart: bigint;
  highWatermark: bigint;
  recordsPerSecond: number | null;
};

/** What may take the record, and which causes can't be told; nothing in either list means that it stays. */
export type Expiries = { known: readonly Expiry[]; unknown: readonly ExpiryCause[] };

/**
 * By time Kafka deletes whole segments from the oldest on, each once its largest timestamp is older than `retention.ms`, the active one too. All
 * before the record have to go first, and its own segment holds at least what stands before it there: so never before the newest of these is too old.
 */
function byTime(first: Endangered, keeping: Keeping): Expiry | null | 'unknown' {
  if (keeping.retentionMs === null) return 'unknown';
  if (keeping.retentionMs === 'none') return null;
  const newestMs = Math.max(first.atMs, first.newestUpToMs);
  const atMs = expiresByTimeMs(newestMs, { retentionMs: keeping.retentionMs, retentionBytes: null });
  return atMs === null ? null : { atMs, by: 'time', sure: 'earliest' };
}

/** Bytes from the record to the end, as a share of the log by count. */
function bytesFrom(first: Endangered, size: LogSize): number {
  const records = Number(size.highWatermark - size.logStart);
  return records <= 0 ? 0 : (size.bytes * Number(size.highWatermark - first.offset)) / records;
}

/** By size Kafka deletes the oldest segments as long as at least `retention.bytes` stay: the record goes once so much stands behind it. */
function bySize(
  first: Endangered,
  { retentionBytes }: Keeping,
  growth: Growth | null,
  nowMs: number,
): Expiry | null | 'unknown' {
  if (retentionBytes === null) return 'unknown';
  if (retentionBytes === 'none') return null;
  if (growth === null || growth.bytes === null) return 'unknown';
  const size = { bytes: growth.bytes, logStart: growth.logStart, highWatermark: growth.highWatermark };
  if (bytesFrom(first, size) >= retentionBytes) return { atMs: nowMs, by: 'size', sure: 'estimate' };
  if (growth.recordsPerSecond === null) return 'unknown';
  const limits = { retentionMs: null, retentionBytes };
  const atMs = expiresBySizeMs(first.offset, growth.recordsPerSecond, size, limits, nowMs);
  return atMs === null ? null : { atMs, by: 'size', sure: 'estimate' };
}

/** A compacted topic may lose the record once a newer one of its key is there and its least time is over. */
function byCompaction(first: Endangered, keeping: Keeping): Expiry | null | 'unknown' {
  if (keeping.compacts === null) return 'unknown';
  if (!keeping.compacts) return null;
  return { atMs: first.atMs + (keeping.minCompactionLagMs ?? 0), by: 'compaction', sure: 'possible' };
}

/** Everything that may take the record, with the instant of each. Pure; an instant may have passed: the broker only looks now and then. */
export function expiriesOf(
  first: Endangered,
  keeping: Keeping,
  growth: Growth | null,
  nowMs: number,
): Expiries {
  const found = {
    time: byTime(first, keeping),
    size: bySize(first, keeping, growth, nowMs),
    compaction: byCompaction(first, keeping),
  };
  return {
    known: Object.values(found).filter((each) => each !== null && each !== 'unknown'),
    unknown: expiryCauses.filter((cause) => found[cause] === 'unknown'),
  };
}

/** The soonest of them; null when nothing is known to take it. */
export const soonestExpiry = <E extends Expiry>(all: readonly E[]): E | null =>
  all.reduce<E | null>((first, each) => (first === null || each.atMs < first.atMs ? each : first), null);
