import { listGroupsV4, listGroupsV5 } from '@platformatic/kafka';
import { type GroupType, groupTypes } from '#lib/domain/lag/status.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { ClusterGroups, GroupListing } from '../port/groups.ts';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { createCoordinators } from './coordinators.ts';
import { describeGroups } from './describe-groups.ts';
import { failureOfCode } from './failure.ts';
import { fetchCommitted } from './group-offsets.ts';
import { listOffsets, offsetsAtTime } from './log-offsets.ts';
import { fetchShareOffsets } from './share-offsets.ts';

const listGroupsApi = { key: listGroupsV5.api.key, name: 'ListGroups' };

/** Before ListGroups v5 (Kafka 3.8) no type is told: whatever such a broker lists is classic, or KIP-848 in early access. */
const toType = (told: string): GroupType =>
  groupTypes.find((known) => known === told.toLowerCase()) ?? 'classic';

/** Group and offset protocol over raw calls. Every broker is asked for the groups that it coordinates. */
export function createGroups(link: BrokerLink): ClusterGroups {
  const coordinators = createCoordinators(link);

  return {
    async listGroups() {
      const answers = await link.toEvery('ListGroups', (connection, versions) =>
        withPartErrors(
          bestVersion(versions, listGroupsApi, [
            [5, listGroupsV5],
            [4, listGroupsV4],
          ]).api.async(connection, [], []),
        ),
      );
      const found = new Map<string, GroupListing>();
      for (const [nodeId, answer] of answers) {
        // A missing broker would make its groups vanish from the list, which looks like deleted groups: so it fails whole.
        if (answer instanceof BrokerFailure) throw answer;
        if (answer.errorCode !== 0) throw failureOfCode(answer.errorCode, `ListGroups at broker ${nodeId}`);
        for (const { groupId, groupType, groupState, protocolType } of answer.groups) {
          if (groupId == null) continue;
          coordinators.learn(groupId, nodeId);
          found.set(groupId, {
            groupId,
            type: toType(groupType ?? ''),
            state: groupState ?? 'Unknown',
            protocolType: protocolType ?? '',
          });
        }
      }
      coordinators.keepOnly(found);
      return [...found.values()];
    },

    describeGroups: (groups) => describeGroups(coordinators, link.metadata, groups),

    fetchCommitted: (groupIds, options = {}) =>
      fetchCommitted(coordinators, groupIds, options.requireStable ?? false),

    fetchShareOffsets: (groupIds) => fetchShareOffsets(coordinators, groupIds),

    listOffsets: (partitions, kind) => listOffsets(link, partitions, kind),
    offsetsAtTime: (partitions, atMs) => offsetsAtTime(link, partitions, atMs),
  };
}
