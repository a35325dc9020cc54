import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { Stores } from '#lib/store/database.ts';
import type { TargetReading } from './deps.ts';

const freshMs = 30_000;
const stoppedStatuses: readonly LagStatus[] = ['stopped', 'expired', 'ahead', 'orphaned'];

/**
 * The target groups on the destination topic, from the collector's snapshot: the worst state, and the lag summed over the partitions
 * (one that was never committed has none). A snapshot that is older than 30 s, a group that is not in it or of which nothing is told of this topic, makes both
 * unknown; one partition that could not be read makes the lag unknown, and the state where no other is stopped or stalled.
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
  const partitions = fresh.flatMap((group) => group.partitions);
  const statuses = partitions.map((partition) => partition.status);
  const lags = partitions.flatMap(({ status, lagRecords }) =>
    status === 'never_committed' ? [] : [lagRecords],
  );
  const known = lags.filter((lag): lag is bigint => lag !== null);
  const unseen = statuses.includes('unknown') || fresh.some((group) => group.partitions.length === 0);
  const empty = fresh.some((group) => group.members === 0 || group.assignedMembers === 0);
  const state =
    empty || statuses.some((status) => stoppedStatuses.some((stopped) => stopped === status))
      ? 'stopped'
      : statuses.includes('stalled')
        ? 'stalled'
        : unseen
          ? 'unknown'
          : 'running';
  return {
    state,
    lagRecords:
      !unseen && known.length > 0 && known.length === lags.length
        ? known.reduce((sum, lag) => sum + lag, 0n)
        : null,
    asOf: new Date(Math.min(...fresh.map((group) => group.asOf.getTime()))),
  };
}
