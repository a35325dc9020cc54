import { type LagStatus, worstStatus } from './status.ts';

export type LagMsMethod = 'interpolated' | 'record' | null;

/** One partition of a group, evaluated. */
export type PartitionReading = {
  topic: string;
  partition: number;
  committed: bigint | null;
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
  lagRecords: bigint | null;
  lagStableRecords: bigint | null;
  expiredRecords: bigint | null;
  lagMs: number | null;
  lagMsMethod: LagMsMethod;
  lagMsError: number | null;
  status: LagStatus;
  consumeRate: number | null;
  produceRate: number | null;
  drainMs: number | null;
  expiryRiskMs: number | null;
  member: string | null;
  host: string | null;
  committedSinceMs: number | null;
  stuckSinceMs: number | null;
};

export type GroupSummary = {
  topics: readonly string[];
  lagRecords: bigint | null;
  lagMs: number | null;
  lagMsMethod: LagMsMethod;
  status: LagStatus;
  drainMs: number | null;
  expiryRiskMs: number | null;
  consumeRate: number | null;
  produceRate: number | null;
  /** The partition that the status comes from: among the worst, the one with the most lag. */
  worst: PartitionReading | null;
};

/** What a group is, from its partitions. Sums leave unknown parts out; with nothing known they are null. */
export function summarize(partitions: readonly PartitionReading[]): GroupSummary {
  const status = worstStatus(partitions.map((each) => each.status));
  const slowest = maxBy(partitions, (each) => each.lagMs);
  const behind = partitions.filter((each) => each.lagRecords !== null && each.lagRecords > 0n);
  const drains = behind
    .filter((each) => each.status !== 'ok' || each.drainMs !== null)
    .map((each) => each.drainMs);
  return {
    topics: [...new Set(partitions.map((each) => each.topic))].sort(),
    lagRecords: sumLag(partitions),
    lagMs: slowest?.lagMs ?? null,
    lagMsMethod: slowest?.lagMsMethod ?? null,
    status,
    // The group is through when its slowest partition is; one that never will be makes the whole unknown.
    drainMs: behind.length === 0 ? (sumLag(partitions) === null ? null : 0) : maxKnown(drains),
    expiryRiskMs: minBy(partitions, (each) => each.expiryRiskMs),
    consumeRate: sumRates(partitions.map((each) => each.consumeRate)),
    produceRate: sumRates(partitions.map((each) => each.produceRate)),
    worst:
      maxBy(
        partitions.filter((each) => each.status === status),
        (each) => Number(each.lagRecords ?? -1n),
      ) ?? null,
  };
}

/** A partition that is ahead does not make up for the backlog of another, so only what is behind is counted. */
function sumLag(partitions: readonly PartitionReading[]): bigint | null {
  const known = partitions.flatMap((each) => (each.lagRecords === null ? [] : [each.lagRecords]));
  return known.length === 0 ? null : known.reduce((sum, lag) => (lag > 0n ? sum + lag : sum), 0n);
}

function sumRates(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function maxKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : Math.max(...known);
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

function minBy<T>(items: readonly T[], value: (item: T) => number | null): number | null {
  const known = items.map(value).filter((each) => each !== null);
  return known.length === 0 ? null : Math.min(...known);
}
