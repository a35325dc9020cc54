import type { PartitionPlace } from './finding.ts';

/** Where a group reads. */
export type GroupReads = {
  groupId: string;
  reads: Iterable<PartitionPlace & { committed: bigint | null }>;
};

/** What a finding takes from groups: partitions they read, or brokers that coordinate them. */
type Hits = {
  /** Whether a group that stands there is hit. */
  partition: (place: PartitionPlace & { committed: bigint | null }) => boolean;
  /** Partitions of the offsets topic whose groups have lost their coordinator. */
  coordinators: ReadonlySet<number>;
};

/** Java's String.hashCode. */
function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** Partition of `__consumer_offsets` whose leader coordinates the group (Kafka's GroupMetadataManager.partitionFor). */
const coordinatorPartition = (groupId: string, partitions: number): number =>
  (javaHash(groupId) & 0x7fffffff) % partitions;

/** The groups that likely follow, by name. @param offsetsPartitions count of the offsets topic; 0 when it is not known */
export function likelyFollow(
  groups: Iterable<GroupReads>,
  hits: Hits,
  offsetsPartitions: number,
): readonly string[] {
  const hit: string[] = [];
  for (const { groupId, reads } of groups) {
    const orphan =
      offsetsPartitions > 0 &&
      hits.coordinators.size > 0 &&
      hits.coordinators.has(coordinatorPartition(groupId, offsetsPartitions));
    if (orphan || some(reads, hits.partition)) hit.push(groupId);
  }
  return hit.sort();
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}
