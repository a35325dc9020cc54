import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { Stores } from '#lib/store/database.ts';
import type { TargetReading } from './deps.ts';

const freshMs = 30_000;
const stoppedStatuses: readonly LagStatus[] = ['stopped', 'expired', 'ahead', 'orphaned'];

/**
 * The target groups on the destination topic, from the collector's snapshot: the worst state, and the lag summed over the partitions
 * where it is known (a partition that was never committed has none). A snapshot that is older than 30 s, or a group that is not in
 * it, makes both unknown.
 */
export async function readTarget(
  stores: Stores,
  now: Date,
  cluster: string,
  groupIds: readonly string[],
  topic: string,
): Promise<TargetReading> {
  if (groupIds.length === 0) return { state: 'unknown', lagRecords: null, asOf: null };
  const groups = await stores.replayEvidence.groups(cluster, groupIds, topic);
  const fresh = groups.filter((group) => now.getTime() - group.asOf.getTime() <= freshMs);
  if (fresh.length < groupIds.length) return { state: 'unknown', lagRecords: null, asOf: null };
  const statuses = fresh.flatMap((group) => group.partitions.map((partition) => partition.status));
  const lags = fresh.flatMap((group) => group.partitions.map((partition) => partition.lagRecords));
  const known = lags.filter((lag): lag is bigint => lag !== null);
  const empty = fresh.some((group) => group.members === 0 || group.assignedMembers === 0);
  const state =
    empty || statuses.some((status) => stoppedStatuses.some((stopped) => stopped === status))
      ? 'stopped'
      : statuses.includes('stalled')
        ? 'stalled'
        : 'running';
  return {
    state,
    lagRecords: known.length > 0 ? known.reduce((sum, lag) => sum + lag, 0n) : null,
    asOf: new Date(Math.min(...fresh.map((group) => group.asOf.getTime()))),
  };
}
