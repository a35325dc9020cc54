import type { BrokerFailure } from '../port/failure.ts';
import type { PerGroup, ShareOffset } from '../port/groups.ts';
import { bestVersion, type Call } from './call.ts';
import type { Coordinators, PartAnswer } from './coordinators.ts';
import { failureOfCode } from './failure.ts';
import {
  describeShareGroupOffsets,
  describeShareGroupOffsetsV0,
  describeShareGroupOffsetsV1,
  type ShareGroupOffsets,
  type SharePartition,
} from './share-offsets-wire.ts';

const knownOrNull = (offset: bigint) => (offset < 0n ? null : offset);

function offsetOf(groupId: string, topic: string, each: SharePartition): ShareOffset {
  const at = { topic, partition: each.partition };
  if (each.errorCode === 0)
    return {
      ...at,
      startOffset: knownOrNull(each.startOffset),
      lagRecords: knownOrNull(each.lag),
      failure: null,
    };
  const what = `Share offset of group ${groupId}, ${topic}-${each.partition}`;
  const failure = failureOfCode(each.errorCode, what, each.errorMessage);
  return { ...at, startOffset: null, lagRecords: null, failure };
}

const offsetsOf = ({ groupId, topics }: ShareGroupOffsets): ShareOffset[] =>
  topics.flatMap(({ topic, partitions }) => partitions.map((each) => offsetOf(groupId, topic, each)));

const describeOffsets =
  (groupIds: readonly string[]): Call<PartAnswer<readonly ShareOffset[]>> =>
  async (connection, versions) => {
    const api = bestVersion(versions, describeShareGroupOffsets, [
      [1, describeShareGroupOffsetsV1],
      [0, describeShareGroupOffsetsV0],
    ]);
    const groups = await api.async(connection, groupIds);
    return new Map(
      groups.map((group) => [
        group.groupId,
        group.errorCode === 0 ? offsetsOf(group) : { errorCode: group.errorCode },
      ]),
    );
  };

/** DescribeShareGroupOffsets of all partitions of many groups. A partition that the broker can't answer for fails alone. */
export async function fetchShareOffsets(
  coordinators: Coordinators,
  groupIds: readonly string[],
): Promise<PerGroup<readonly ShareOffset[]>> {
  const answers = new Map<string, readonly ShareOffset[] | BrokerFailure>();
  await coordinators.perCoordinator(groupIds, answers, 'DescribeShareGroupOffsets', describeOffsets);
  return answers;
}
