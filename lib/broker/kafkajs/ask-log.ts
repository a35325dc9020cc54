import type { ClusterConfig } from '#lib/config/config.ts';
import { connectCluster } from '../platformatic/connect.ts';
import type { OffsetKind } from '../port/groups.ts';
import type { LogBounds } from './open-ranges.ts';

export type LogQuestions = {
  /** Log start and high watermark of each partition. @throws BrokerFailure */
  bounds(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, LogBounds>>;
  close(): Promise<void>;
};

/**
 * Where logs begin and end. Asked of the client that writes, since kafkajs tells the last stable offset only, by which what an open transaction hides
 * can't be told from what was cut off. A wrong answer can hide nothing: what is not read is missing to whoever compares.
 */
export function askLog(config: ClusterConfig): LogQuestions {
  const cluster = connectCluster(config);
  return {
    async bounds(topic, partitions) {
      const asked = partitions.map((partition) => ({ topic, partition }));
      const answers = async (kind: OffsetKind) =>
        new Map(
          (await cluster.groups.listOffsets(asked, kind)).map(({ partition, offset, failure }) => {
            if (failure) throw failure;
            return [partition, offset ?? 0n];
          }),
        );
      const ends = await answers('high_watermark');
      const starts = await answers('earliest');
      return new Map(
        [...ends].map(([partition, end]) => [partition, { start: starts.get(partition) ?? 0n, end }]),
      );
    },
    close: () => cluster.close(),
  };
}
