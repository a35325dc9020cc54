import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';

/**
 * Whether the source has lost frozen records since: its log starts after the first of a partition. A replay that was approved for all of them
 * is not the one that would be sent. @returns a sentence; null when all partitions still begin before. @throws BrokerFailure
 */
export async function recordsExpired(
  connection: Pick<ClusterConnection, 'groups'>,
  replay: Pick<Replay, 'source' | 'plan'>,
): Promise<string | null> {
  const { topic } = replay.source;
  const firsts = new Map(
    (replay.plan?.manifest.partitions ?? []).map(({ partition, first }) => [partition, BigInt(first)]),
  );
  const starts = await connection.groups.listOffsets(
    [...firsts.keys()].map((partition) => ({ topic, partition })),
    'earliest',
  );
  const lost = starts.filter(({ partition, offset, failure }) => {
    if (offset === null) {
      if (failure) throw failure;
      return true;
    }
    return offset > (firsts.get(partition) ?? 0n);
  });
  if (lost.length === 0) return null;
  return `Frozen records have expired: ${lost.map(({ partition, offset }) => `${topic}-${partition} begins at ${offset ?? 'an unknown offset'} now`).join(', ')}.`;
}
