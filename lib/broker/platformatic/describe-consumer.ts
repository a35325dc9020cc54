import { consumerGroupDescribeV0 } from '@platformatic/kafka';
import type { GroupMember } from '../port/groups.ts';
import { bestVersion, withPartErrors } from './call.ts';
import { type DescribeCall, eachGroup, namedOrNull, plainHost } from './described.ts';

type ConsumerGroup = consumerGroupDescribeV0.ConsumerGroupDescribeResponseGroup;

const consumerGroupDescribe = { key: consumerGroupDescribeV0.api.key, name: 'ConsumerGroupDescribe' };

const memberOf = (member: ConsumerGroup['members'][number]): GroupMember => ({
  memberId: member.memberId,
  instanceId: namedOrNull(member.instanceId),
  clientId: member.clientId,
  host: plainHost(member.clientHost),
  rackId: namedOrNull(member.rackId),
  epoch: member.memberEpoch,
  assignment: member.assignment.topicPartitions.map(({ topicName: topic, partitions }) => ({
    topic,
    partitions,
  })),
  subscribed: member.subscribedTopicRegex ? null : member.subscribedTopicNames,
  tasks: null,
});

/** ConsumerGroupDescribe (KIP-848). Members that still speak the classic protocol are in the same list. */
export const describeConsumer: DescribeCall = (groupIds) => async (connection, versions) => {
  const { api } = bestVersion(versions, consumerGroupDescribe, [[0, consumerGroupDescribeV0]]);
  const { groups } = await withPartErrors(api.async(connection, [...groupIds], false));
  return eachGroup(groups, (group) => ({
    groupId: group.groupId,
    type: 'consumer',
    state: group.groupState,
    epoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignor: namedOrNull(group.assignorName),
    members: group.members.map(memberOf),
    internalTopics: [],
  }));
};
