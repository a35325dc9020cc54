import { bestVersion } from './call.ts';
import { type DescribeCall, eachGroup, namedOrNull, plainHost } from './described.ts';
import { shareGroupDescribe, shareGroupDescribeV1 } from './share-group-wire.ts';

/** ShareGroupDescribe (KIP-932). A partition may be assigned to several members: they share its records. */
export const describeShare: DescribeCall = (groupIds) => async (connection, versions) => {
  const api = bestVersion(versions, shareGroupDescribe, [[1, shareGroupDescribeV1]]);
  return eachGroup(await api.async(connection, groupIds), (group) => ({
    groupId: group.groupId,
    type: 'share',
    state: group.groupState,
    epoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignor: namedOrNull(group.assignorName),
    members: group.members.map(({ memberId, clientId, clientHost, rackId, memberEpoch, ...member }) => ({
      memberId,
      instanceId: null,
      clientId,
      host: plainHost(clientHost),
      rackId: namedOrNull(rackId),
      epoch: memberEpoch,
      assignment: member.assignment,
      subscribed: member.subscribed,
      tasks: null,
    })),
    internalTopics: [],
  }));
};
