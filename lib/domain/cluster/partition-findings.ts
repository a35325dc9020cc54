import type { Since } from './broker-findings.ts';
import { countedText, type Finding, findingOf, listText, placeText } from './finding.ts';
import { likelyFollow } from './followers.ts';
import type { ClusterSight, PartitionState } from './sight.ts';

export const isOffline = (partition: PartitionState): boolean => partition.leader === null;
export const isUnderMinIsr = (partition: PartitionState): boolean =>
  !isOffline(partition) &&
  partition.minInSync !== null &&
  partition.inSyncReplicas.length < partition.minInSync;
/** Fewer in-sync replicas than replicas, yet writable. */
export const isNotFullIsr = (partition: PartitionState): boolean =>
  !isOffline(partition) &&
  !isUnderMinIsr(partition) &&
  partition.inSyncReplicas.length < partition.replicas.length;

/** Partitions that can't be read, can't be written, or have lost some of their safety. */
export function partitionFindings(sight: ClusterSight, since: Since): Finding[] {
  const about = (
    test: (partition: PartitionState) => boolean,
    of: Pick<Finding, 'code' | 'severity'> & { means: string; follows: boolean },
  ): Finding[] => {
    const hit = sight.partitions.filter(test);
    if (hit.length === 0) return [];
    const { means, follows, ...finding } = of;
    const names = hit.map(placeText);
    return [
      findingOf(
        {
          ...finding,
          sentence: `${countedText(hit.length, 'partition')} ${means}: ${listText(names)}.`,
          sinceMs: since(of.code),
        },
        names,
        follows ? followers(sight, hit) : [],
      ),
    ];
  };
  return [
    ...about(isOffline, {
      code: 'partitions_offline',
      severity: 'act',
      means: 'offline (no leader: nothing can be read or written there)',
      follows: true,
    }),
    ...about(isUnderMinIsr, {
      code: 'partitions_under_min_isr',
      severity: 'act',
      means: 'under min ISR (writes with acks=all are refused)',
      follows: true,
    }),
    ...about(isNotFullIsr, {
      code: 'partitions_not_full_isr',
      severity: 'warn',
      means: 'without full ISR',
      follows: false,
    }),
  ];
}

function followers(sight: ClusterSight, hit: readonly PartitionState[]): readonly string[] {
  const places = new Set(hit.map(placeText));
  const offsets = new Set(
    hit.filter((each) => sight.offsetsTopic.includes(each)).map((each) => each.partition),
  );
  return likelyFollow(
    sight.groups,
    { partition: (place) => places.has(placeText(place)), coordinators: offsets },
    sight.offsetsTopic.length,
  );
}
