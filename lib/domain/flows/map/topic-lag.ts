import { type LagStatus, worstStatus } from '../../lag/status.ts';

/** Of one partition of one topic, as the collector saw it. */
export type PartitionLag = {
  status: LagStatus;
  lagRecords: bigint | null;
  lagMs: number | null;
  lagMsError: number | null;
  produceRate: number | null;
  consumeRate: number | null;
};

/** The same of a group on a whole topic. Rates are records per second. */
export type TopicLag = PartitionLag & { partitions: number };

const sum = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
};

/**
 * How a group stands on one of its topics: the worst status, what waits in all, and how long the longest wait is. Sums leave out what is not known, and are
 * null when nothing is; null for a topic on which the group has no partition.
 */
export function topicLag(partitions: readonly PartitionLag[]): TopicLag | null {
  if (partitions.length === 0) return null;
  const known = partitions.flatMap(({ lagRecords }) => (lagRecords === null ? [] : [lagRecords]));
  const slowest = partitions.reduce<PartitionLag | null>(
    (most, each) => (each.lagMs !== null && each.lagMs > (most?.lagMs ?? -1) ? each : most),
    null,
  );
  return {
    status: worstStatus(partitions),
    // A partition that is ahead does not make up for the backlog of another.
    lagRecords:
      known.length === 0 ? null : known.reduce((total, lag) => (lag > 0n ? total + lag : total), 0n),
    lagMs: slowest?.lagMs ?? null,
    lagMsError: slowest?.lagMsError ?? null,
    produceRate: sum(partitions.map(({ produceRate }) => produceRate)),
    consumeRate: sum(partitions.map(({ consumeRate }) => consumeRate)),
    partitions: partitions.length,
  };
}
