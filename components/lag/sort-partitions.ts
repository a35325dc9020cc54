import type { PartitionView } from '#lib/contract/lag.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';

type Row = Pick<PartitionView, 'topic' | 'partition' | 'status' | 'lagRecords' | 'lagMs'>;

const compareBig = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a: Row, b: Row) => a.topic.localeCompare(b.topic) || a.partition - b.partition;
const lag = (row: Row) => (row.lagRecords === null ? -1n : BigInt(row.lagRecords));

/**
 * Sorted copy. `status` puts the worst first when ascending, and within one status the largest lag; unknown values stay at the end of both
 * directions' meaning (they count as least). Ties are broken by name, so that rows don't jump between readings.
 */
export function sortPartitions<T extends Row>(
  rows: readonly T[],
  sort: { by: string; order: 'asc' | 'desc' },
): T[] {
  const compare: Readonly<Record<string, (a: Row, b: Row) => number>> = {
    status: (a, b) =>
      lagStatuses.indexOf(a.status) - lagStatuses.indexOf(b.status) || compareBig(lag(b), lag(a)),
    partition: byName,
    lag: (a, b) => compareBig(lag(a), lag(b)),
    timeLag: (a, b) => (a.lagMs ?? -1) - (b.lagMs ?? -1),
  };
  const by = compare[sort.by] ?? byName;
  const direction = sort.order === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => direction * by(a, b) || byName(a, b));
}
