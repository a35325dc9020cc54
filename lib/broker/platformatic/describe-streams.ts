import type { GroupDescription, GroupMember } from '../port/groups.ts';
import { bestVersion } from './call.ts';
import { type DescribeCall, eachGroup, namedOrNull, plainHost } from './described.ts';
import type { MetadataCache } from './metadata.ts';
import {
  type StreamsGroup,
  type StreamsGroupMember,
  type Subtopology,
  type SubtopologyTasks,
  streamsGroupDescribe,
  streamsGroupDescribeV0,
  streamsGroupDescribeV1,
} from './streams-group-wire.ts';

type PartitionCounts = ReadonlyMap<string, number>;

const sourcesOf = (subtopology: Subtopology): string[] => [
  ...subtopology.sourceTopics,
  ...subtopology.repartitionSourceTopics,
];

const taskNames = (tasks: readonly SubtopologyTasks[]): string[] =>
  tasks.flatMap(({ subtopologyId, partitions }) => partitions.map((each) => `${subtopologyId}_${each}`));

/** Task p of a subtopology reads partition p of each of its source topics that has so many. */
function partitionsOf(
  tasks: readonly SubtopologyTasks[],
  subtopologies: ReadonlyMap<string, Subtopology>,
  counts: PartitionCounts,
): GroupMember['assignment'] {
  return tasks.flatMap(({ subtopologyId, partitions }) => {
    const subtopology = subtopologies.get(subtopologyId);
    return (subtopology ? sourcesOf(subtopology) : []).flatMap((topic) => {
      const own = partitions.filter(
        (partition) => partition < (counts.get(topic) ?? Number.POSITIVE_INFINITY),
      );
      return own.length > 0 ? [{ topic, partitions: own }] : [];
    });
  });
}

function descriptionOf(group: StreamsGroup, counts: PartitionCounts): GroupDescription {
  const subtopologies = group.subtopologies ?? [];
  const byId = new Map(subtopologies.map((each) => [each.subtopologyId, each]));
  const subscribed = group.subtopologies && [...new Set(subtopologies.flatMap(sourcesOf))];
  const memberOf = (member: StreamsGroupMember): GroupMember => ({
    memberId: member.memberId,
    instanceId: namedOrNull(member.instanceId),
    clientId: member.clientId,
    host: plainHost(member.clientHost),
    rackId: namedOrNull(member.rackId),
    epoch: member.memberEpoch,
    assignment: partitionsOf(member.assignment.active, byId, counts),
    subscribed,
    tasks: {
      processId: member.processId,
      active: taskNames(member.assignment.active),
      standby: taskNames(member.assignment.standby),
      warmUp: taskNames(member.assignment.warmUp),
    },
  });
  const internal = subtopologies.flatMap((each) => [
    ...each.repartitionSourceTopics,
    ...each.changelogTopics,
  ]);
  return {
    groupId: group.groupId,
    type: 'streams',
    state: group.groupState,
    epoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignor: namedOrNull(group.assignorName),
    members: group.members.map(memberOf),
    internalTopics: [...new Set(internal)],
  };
}

/** Topics that stand beside others in a subtopology: only there may a topic have fewer partitions than there are tasks. */
const joinedTopics = (groups: readonly StreamsGroup[]): string[] => [
  ...new Set(
    groups
      .flatMap((group) => group.subtopologies ?? [])
      .map(sourcesOf)
      .filter((sources) => sources.length > 1)
      .flat(),
  ),
];

/** StreamsGroupDescribe (KIP-1071). Every member of a streams group subscribes all source topics: the topology is the group's. */
export const describeStreams =
  (metadata: MetadataCache): DescribeCall =>
  (groupIds) =>
  async (connection, versions) => {
    const api = bestVersion(versions, streamsGroupDescribe, [
      [1, streamsGroupDescribeV1],
      [0, streamsGroupDescribeV0],
    ]);
    const groups = await api.async(connection, groupIds);
    const joined = joinedTopics(groups);
    const counts = joined.length > 0 ? await metadata.partitionCounts(joined) : new Map<string, number>();
    return eachGroup(groups, (group) => descriptionOf(group, counts));
  };
