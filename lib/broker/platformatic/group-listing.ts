import { listGroupsV4, listGroupsV5 } from '@platformatic/kafka';
import { type GroupType, groupTypes } from '#lib/domain/lag/status.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { GroupListing } from '../port/groups.ts';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import type { Coordinators } from './coordinators.ts';
import { failureOfCode } from './failure.ts';

const listGroupsApi = { key: listGroupsV5.api.key, name: 'ListGroups' };
const unknownState = 'Unknown';

/** Before ListGroups v5 (Kafka 3.8) no type is told: whatever such a broker lists is classic, or KIP-848 in early access. */
const toType = (told: string): GroupType =>
  groupTypes.find((known) => known === told.toLowerCase()) ?? 'classic';

/** Passes by itself: the broker is gone or starts, and another takes over or it comes back. */
const passes = (failure: BrokerFailure) => failure.kind === 'unreachable' || failure.kind === 'timed_out';

/**
 * Lists the groups of every broker. While a broker does not answer, or brokers have just come or gone (coordinators move), what nobody lists
 * is not taken for deleted: groups listed before stay, in state Unknown. Throws BrokerFailure when no broker answers, or when one that fails
 * was never listed.
 */
export function createGroupListing(
  link: BrokerLink,
  coordinators: Coordinators,
): () => Promise<readonly GroupListing[]> {
  let before: ReadonlyMap<string, GroupListing> | null = null;
  let brokersBefore = '';

  return async () => {
    const answers = await link.toEvery('ListGroups', (connection, versions) =>
      withPartErrors(
        bestVersion(versions, listGroupsApi, [
          [5, listGroupsV5],
          [4, listGroupsV4],
        ]).api.async(connection, [], []),
      ),
    );
    const found = new Map<string, GroupListing>();
    const failures: BrokerFailure[] = [];
    for (const [nodeId, answer] of answers) {
      if (answer instanceof BrokerFailure) {
        failures.push(answer);
        continue;
      }
      if (answer.errorCode !== 0) {
        failures.push(failureOfCode(answer.errorCode, `ListGroups at broker ${nodeId}`));
        continue;
      }
      for (const { groupId, groupType, groupState, protocolType } of answer.groups) {
        if (groupId == null) continue;
        coordinators.learn(groupId, nodeId);
        found.set(groupId, {
          groupId,
          type: toType(groupType ?? ''),
          state: groupState ?? unknownState,
          protocolType: protocolType ?? '',
        });
      }
    }
    const [failure] = failures;
    const lasting = failures.find((each) => !passes(each));
    if (failure && (lasting || before === null || failures.length === answers.size)) throw lasting ?? failure;
    const brokers = [...answers.keys()].sort().join();
    if (before !== null && (failure || brokers !== brokersBefore))
      for (const [groupId, listing] of before)
        if (!found.has(groupId)) found.set(groupId, { ...listing, state: unknownState });
    before = found;
    brokersBefore = brokers;
    coordinators.keepOnly(found);
    return [...found.values()];
  };
}
