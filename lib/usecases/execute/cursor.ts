import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Cursor } from '#lib/broker/port/writer.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { cursorGroup, ledgerPartitions, ledgerTopic } from './deps.ts';

const sealPrefix = (replay: Replay): string => (replay.digest ?? '').slice(0, 16);

/** The cursor that a batch's transaction commits: the next manifest ordinal, named by seal and batch. */
export const cursorFor = (replay: Replay, shard: number, nextOrdinal: number, batchId: string): Cursor => ({
  groupId: cursorGroup(replay.id, shard),
  topic: ledgerTopic,
  partition: shard % ledgerPartitions,
  offset: BigInt(nextOrdinal),
  metadata: `${sealPrefix(replay)}:${batchId}`,
});

/**
 * The committed cursor of a shard, pending commits waited out (requireStable); null when there is none. One of another seal is
 * treated as none: it says nothing about this manifest. @throws BrokerFailure
 */
export async function readCursor(
  cluster: ClusterConnection,
  replay: Replay,
  shard: number,
): Promise<number | null> {
  const group = cursorGroup(replay.id, shard);
  const answer = (await cluster.groups.fetchCommitted([group], { requireStable: true })).get(group);
  if (answer === undefined) return null;
  if (answer instanceof BrokerFailure) throw answer;
  const found = answer.find(
    (each) => each.topic === ledgerTopic && each.partition === shard % ledgerPartitions,
  );
  if (!found || found.offset === null) return null;
  return found.metadata?.startsWith(`${sealPrefix(replay)}:`) ? Number(found.offset) : null;
}
