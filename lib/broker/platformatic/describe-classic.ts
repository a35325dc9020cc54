import {
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  describeGroupsV5,
} from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { GroupDescription, GroupMember } from '../port/groups.ts';
import { bestVersion, withPartErrors } from './call.ts';
import { type DescribeCall, eachGroup, namedOrNull, plainHost } from './described.ts';

type ClassicGroup = describeGroupsV5.DescribeGroupsResponseGroup;

const describeGroups = { key: describeGroupsV5.api.key, name: 'DescribeGroups' };

function memberOf(member: ClassicGroup['members'][number], protocolType: string): GroupMember {
  const identity = {
    memberId: member.memberId,
    instanceId: namedOrNull(member.groupInstanceId),
    clientId: member.clientId,
    host: plainHost(member.clientHost),
    epoch: null,
    tasks: null,
  };
  // Only the consumer protocol's bytes are Kafka's own; Connect and others put what they like there.
  if (protocolType !== 'consumer') return { ...identity, rackId: null, assignment: [], subscribed: null };
  // A member that is just joining has sent no subscription that the coordinator would show.
  const subscription =
    member.memberMetadata.length > 0 ? decodeConsumerProtocolSubscription(member.memberMetadata) : null;
  return {
    ...identity,
    rackId: namedOrNull(subscription?.rackId),
    assignment: decodeConsumerProtocolAssignment(member.memberAssignment).assignedPartitions.map(
      ({ topic, partitions }) => ({ topic, partitions }),
    ),
    subscribed: subscription?.topics ?? null,
  };
}

function descriptionOf(group: ClassicGroup): GroupDescription | BrokerFailure {
  try {
    return {
      groupId: group.groupId,
      type: 'classic',
      state: group.groupState,
      epoch: null,
      assignmentEpoch: null,
      assignor: namedOrNull(group.protocolData),
      members: group.members.map((member) => memberOf(member, group.protocolType)),
      internalTopics: [],
    };
  } catch (error) {
    // Members of a foreign client may carry bytes that are not the protocol's: this group alone can't be described.
    return new BrokerFailure('rejected', `Group ${group.groupId}: its members can't be decoded`, error);
  }
}

/** DescribeGroups (classic protocol). */
export const describeClassic: DescribeCall = (groupIds) => async (connection, versions) => {
  const { api } = bestVersion(versions, describeGroups, [[5, describeGroupsV5]]);
  return eachGroup((await withPartErrors(api.async(connection, [...groupIds], false))).groups, descriptionOf);
};
