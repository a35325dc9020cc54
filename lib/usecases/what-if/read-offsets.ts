import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { LogOffset, TopicPartition } from '#lib/broker/port/groups.ts';

type Groups = Pick<ClusterConnection['groups'], 'listOffsets' | 'offsetsAtTime'>;

export type LogEnds = {
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
  /** The first record at or after the time asked for; null when there is none, or no time was asked for. */
  atTime: bigint | null;
  failure: BrokerFailure | null;
};

export const partitionKey = ({ topic, partition }: TopicPartition): string => `${partition}/${topic}`;

/**
 * Both ends, the last stable offset and the offset at a time, of every partition: a question a leader for each. A partition that fails in one of them is
 * unknown as a whole, since what-if rests on all.
 */
export async function readLogEnds(
  groups: Groups,
  partitions: readonly TopicPartition[],
  atMs: number | null,
): Promise<Map<string, LogEnds>> {
  const [earliest, stable, high, atTime] = await Promise.all([
    groups.listOffsets(partitions, 'earliest'),
    groups.listOffsets(partitions, 'last_stable'),
    groups.listOffsets(partitions, 'high_watermark'),
    atMs === null ? [] : groups.offsetsAtTime(partitions, atMs),
  ]);
  const byKey = (offsets: readonly LogOffset[]) => new Map(offsets.map((each) => [partitionKey(each), each]));
  const answers = [byKey(earliest), byKey(stable), byKey(high), byKey(atTime)] as const;
  return new Map(
    partitions.map((partition) => {
      const key = partitionKey(partition);
      const [start, last, end, time] = answers.map((answer) => answer.get(key));
      const missing = [start, last, end, ...(atMs === null ? [] : [time])].some((each) => each === undefined);
      const failure =
        [start, last, end, time].find((each) => each?.failure)?.failure ??
        (missing
          ? new BrokerFailure(
              'rejected',
              `Kafka gave no answer for ${partition.topic}-${partition.partition}.`,
            )
          : null);
      const known = failure === null;
      return [
        key,
        {
          logStart: known ? (start?.offset ?? null) : null,
          lastStable: known ? (last?.offset ?? null) : null,
          highWatermark: known ? (end?.offset ?? null) : null,
          atTime: known ? (time?.offset ?? null) : null,
          failure,
        },
      ];
    }),
  );
}
