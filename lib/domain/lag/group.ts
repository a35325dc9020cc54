import type { DrainRange } from './drain.ts';
import { soonest } from './expiry.ts';
import { type HotPartition, hotPartitions } from './skew.ts';
import { type LagStatus, worstStatus } from './status.ts';

export type LagMsMethod = 'interpolated' | 'record' | null;

/**
 * One partition of a group, evaluated. Whatever grows with the clock alone is an instant and not a duration: a reading stays true, and
 * unchanged, while nothing happens.
 */
export type PartitionReading = {
  topic: string;
  /** null when the topic is gone. */
  topicId: string | null;
  partition: number;
  committed: bigint | null;
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
  lagRecords: bigint | null;
  lagStableRecords: bigint | null;
  expiredRecords: bigint | null;
  /** When the first unread record was written; null with a method: nothing is unread; null without: not known. */
  unreadSinceMs: number | null;
  lagMsMethod: LagMsMethod;
  lagMsError: number | null;
  status: LagStatus;
  consumeRate: number | null;
  produceRate: number | null;
  drainMs: number | null;
  drainRange: DrainRange | null;
  expiresAtMs: number | null;
  member: string | null;
  host: string | null;
  committedSinceMs: number | null;
  stuckSinceMs: number | null;
  rewoundFrom: { offset: bigint; atMs: number } | null;
};

export type GroupSummary = {
  topics: readonly string[];
  lagRecords: bigint | null;
  unreadSinceMs: number | null;
  lagMsMethod: LagMsMethod;
  lagMsError: number | null;
  status: LagStatus;
  drainMs: number | null;
  drainRange: DrainRange | null;
  expiresAtMs: number | null;
  consumeRate: number | null;
  produceRate: number | null;
  hotPartitions: readonly HotPartition[];
  /** How many partitions have the group's status. */
  partitionsOfStatus: number;
  partitionCount: number;
  /** The partition that the status comes from: among the worst, the one with the most lag. */
  worst: PartitionReading | null;
};

/** Time lag at a moment: how long the first unread record has been waiting; 0 with nothing unread, null when it is not known. */
export function lagMsAt(
  { unreadSinceMs, lagMsMethod }: Pick<PartitionReading, 'unreadSinceMs' | 'lagMsMethod'>,
  nowMs: number,
): number | null {
  if (lagMsMethod === null) return null;
  return unreadSinceMs === null ? 0 : Math.max(0, nowMs - unreadSinceMs);
}

/** Time until retention may take the first unread record, at a moment. */
export const expiryRiskMsAt = (expiresAtMs: number | null, nowMs: number): number | null =>
  expiresAtMs === null ? null : Math.max(0, expiresAtMs - nowMs);

/** What a group is, from its partitions. Sums leave unknown parts out; with nothing known they are null. */
export function summarize(partitions: readonly PartitionReading[]): GroupSummary {
  const status = worstStatus(partitions);
  const ofStatus = partitions.filter((each) => each.status === status);
  const slowest = oldestUnread(partitions);
  const lagRecords = sumLag(partitions);
  const behind = partitions.filter((each) => each.lagRecords !== null && each.lagRecords > 0n);
  const draining = behind.filter((each) => each.status !== 'ok' || each.drainMs !== null);
  const slowestDrain = draining.some((each) => each.drainMs === null)
    ? undefined
    : maxBy(draining, (each) => each.drainMs);
  return {
    topics: topicsOf(partitions),
    lagRecords,
    unreadSinceMs: slowest?.unreadSinceMs ?? null,
    lagMsMethod: slowest?.lagMsMethod ?? null,
    lagMsError: slowest?.lagMsError ?? null,
    status,
    // The group is through when its slowest partition is; one that never will be makes the whole unknown.
    drainMs: behind.length === 0 ? (lagRecords === null ? null : 0) : (slowestDrain?.drainMs ?? null),
    drainRange: slowestDrain?.drainRange ?? null,
    expiresAtMs: partitions.reduce<number | null>((first, each) => soonest(first, each.expiresAtMs), null),
    consumeRate: sumRates(partitions, (each) => each.consumeRate),
    produceRate: sumRates(partitions, (each) => each.produceRate),
    hotPartitions: hotPartitions(partitions),
    partitionsOfStatus: ofStatus.length,
    partitionCount: partitions.length,
    worst: maxBy(ofStatus, (each) => Number(each.lagRecords ?? -1n)) ?? null,
  };
}

function topicsOf(partitions: readonly PartitionReading[]): string[] {
  const topics = new Set<string>();
  for (const { topic } of partitions) topics.add(topic);
  return [...topics].sort();
}

/** Among the partitions of known time lag the one that waits longest: one with something unread before one without. */
function oldestUnread(partitions: readonly PartitionReading[]): PartitionReading | undefined {
  const known = partitions.filter((each) => each.lagMsMethod !== null);
  return maxBy(known, (each) =>
    each.unreadSinceMs === null ? Number.MIN_SAFE_INTEGER : -each.unreadSinceMs,
  );
}

/** A partition that is ahead does not make up for the backlog of another, so only what is behind is counted. */
function sumLag(partitions: readonly PartitionReading[]): bigint | null {
  let sum: bigint | null = null;
  for (const { lagRecords } of partitions)
    if (lagRecords !== null) sum = lagRecords > 0n ? (sum ?? 0n) + lagRecords : (sum ?? 0n);
  return sum;
}

function sumRates(
  partitions: readonly PartitionReading[],
  rate: (of: PartitionReading) => number | null,
): number | null {
  let sum: number | null = null;
  for (const each of partitions) {
    const known = rate(each);
    if (known !== null) sum = (sum ?? 0) + known;
  }
  return sum;
}

function maxBy<T>(items: readonly T[], value: (item: T) => number | null): T | undefined {
  let best: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const here = value(item);
    if (here !== null && here > most) [best, most] = [item, here];
  }
  return best;
}
