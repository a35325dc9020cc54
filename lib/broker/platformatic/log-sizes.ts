import { describeLogDirsV2, describeLogDirsV4 } from '@platformatic/kafka';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { toBrokerFailure } from './failure.ts';

const describeLogDirsApi = { key: describeLogDirsV4.api.key, name: 'DescribeLogDirs' };

/** DescribeLogDirs, one request a leader. A broker that can't answer (or a principal that may not ask) leaves its partitions out. */
export async function logSizes(
  link: BrokerLink,
  partitions: readonly { topic: string; partition: number; leader: number }[],
): Promise<Map<string, Map<number, number>>> {
  const sizes = new Map<string, Map<number, number>>();
  await Promise.all(
    [...Map.groupBy(partitions, (each) => each.leader)].map(async ([leader, led]) => {
      const topics = [...Map.groupBy(led, (each) => each.topic)].map(([name, of]) => ({
        name,
        partitions: of.map((each) => each.partition),
      }));
      const answer = await link
        .toBroker(leader, 'DescribeLogDirs', (connection, versions) =>
          withPartErrors(
            bestVersion(versions, describeLogDirsApi, [
              [4, describeLogDirsV4],
              [2, describeLogDirsV2],
            ]).api.async(connection, topics),
          ),
        )
        .catch((error: unknown) => toBrokerFailure(error, 'DescribeLogDirs'));
      if (answer instanceof Error) return;
      for (const { errorCode, topics: found } of answer.results) {
        if (errorCode !== 0) continue;
        for (const { name, partitions: of } of found) {
          const known = sizes.get(name) ?? new Map<number, number>();
          sizes.set(name, known);
          // A partition that moves between disks is listed twice; the future copy is not the log.
          for (const each of of)
            if (!each.isFutureKey) known.set(each.partitionIndex, Number(each.partitionSize));
        }
      }
    }),
  );
  return sizes;
}
