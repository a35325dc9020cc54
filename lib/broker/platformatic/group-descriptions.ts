import {
  consumerGroupDescribeV0,
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  describeGroupsV5,
} from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { GroupDescription, GroupMember } from '../port/groups.ts';
import { type Call, withPartErrors } from './call.ts';
import type { PartAnswer } from './coordinators.ts';

type ClassicGroup = describeGroupsV5.DescribeGroupsResponseGroup;
type ConsumerGroup = consumerGroupDescribeV0.ConsumerGroupDescribeResponseGroup;
type Described = GroupDescription | BrokerFailure | { errorCode: number };

export type GroupAnswers = Map<string, GroupDescription | BrokerFailure>;

/** The host as Kafka reports it, without the leading slash that Java's InetAddress prints. */
const plainHost = (host: string) => host.replace(/^\//, '');

function classicMember(member: ClassicGroup['members'][number], protocolType: string): GroupMember {
  const identity = {
    memberId: member.memberId,
    clientId: member.clientId,
    host: plainHost(member.clientHost),
  };
  // Only the consumer protocol's bytes are Kafka's own; Connect and others put what they like there.
  if (protocolType !== 'consumer') return { ...identity, assignment: [], subscribed: null };
  return {
    ...identity,
    assignment: decodeConsumerProtocolAssignment(member.memberAssignment).assignedPartitions.map(
      ({ topic, partitions }) => ({ topic, partitions }),
    ),
    subscribed:
      member.memberMetadata.length > 0
        ? decodeConsumerProtocolSubscription(member.memberMetadata).topics
        : null,
  };
}

/** DescribeGroups (classic protocol). */
export const describeClassic =
  (groupIds: readonly string[]): Call<PartAnswer<GroupDescription | BrokerFailure>> =>
  async (connection) => {
    const answer = await withPartErrors(describeGroupsV5.api.async(connection, [...groupIds], false));
    return new Map(
      answer.groups.map((group): [string, Described] => {
        if (group.errorCode !== 0) return [group.groupId, { errorCode: group.errorCode }];
        try {
          const members = group.members.map((member) => classicMember(member, group.protocolType));
          return [
            group.groupId,
            { groupId: group.groupId, type: 'classic', state: group.groupState, members },
          ];
        } catch (error) {
          // Members of a foreign client may carry bytes that are not the protocol's: this group alone can't be described.
          return [
            group.groupId,
            new BrokerFailure('rejected', `Group ${group.groupId}: its members can't be decoded`, error),
          ];
        }
      }),
    );
  };

function consumerMember(member: ConsumerGroup['members'][number]): GroupMember {
  return {
    memberId: member.memberId,
    clientId: member.clientId,
    host: plainHost(member.clientHost),
    assignment: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
      topic: topicName,
      partitions,
    })),
    subscribed: member.subscribedTopicRegex ? null : member.subscribedTopicNames,
  };
}

/** ConsumerGroupDescribe (KIP-848). */
export const describeConsumer =
  (groupIds: readonly string[]): Call<PartAnswer<GroupDescription | BrokerFailure>> =>
  async (connection) => {
    const answer = await withPartErrors(consumerGroupDescribeV0.api.async(connection, [...groupIds], false));
    return new Map(
      answer.groups.map((group): [string, Described] => [
        group.groupId,
        group.errorCode !== 0
          ? { errorCode: group.errorCode }
          : {
              groupId: group.groupId,
              type: 'consumer',
              state: group.groupState,
              members: group.members.map(consumerMember),
            },
      ]),
    );
  };
