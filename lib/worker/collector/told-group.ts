import type { GroupSummary, PartitionReading } from '#lib/domain/lag/group.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { unpackPartitions } from '#lib/store/lag-partitions.ts';
import { type PackedGroup, packGroup } from '#lib/store/lag-snapshot-writes.ts';

/** A group as a round tells it: packed for the snapshot, with what history takes of it. */
export type ToldGroup = {
  groupId: string;
  packed: PackedGroup;
  status: LagStatus;
  total: Pick<GroupSummary, 'lagRecords' | 'unreadSinceMs' | 'lagMsMethod'>;
  /** In the order of the snapshot. */
  partitions: () => readonly PartitionReading[];
};

/** A group that was just read. */
export const tellGroup = (group: StoredGroup): ToldGroup => ({
  groupId: group.groupId,
  packed: packGroup(group),
  status: group.summary.status,
  total: totalOf(group.summary),
  partitions: () => group.partitions,
});

/**
 * The same, holding nothing but the packed bytes: for a group that is told again round after round. Read, its partitions take twenty times of that,
 * and on a big cluster nearly all groups stand still.
 */
export const heldPacked = ({ groupId, packed, status, total }: ToldGroup): ToldGroup => ({
  groupId,
  packed,
  status,
  total,
  partitions: () => unpackPartitions(packed.partitions),
});

const totalOf = ({ lagRecords, unreadSinceMs, lagMsMethod }: GroupSummary): ToldGroup['total'] => ({
  lagRecords,
  unreadSinceMs,
  lagMsMethod,
});
