import type { BrokerFailure } from '../port/failure.ts';
import type { GroupDescription } from '../port/groups.ts';
import type { Call } from './call.ts';
import type { PartAnswer } from './coordinators.ts';

/** Describes many groups of one type that share a coordinator. */
export type DescribeCall = (
  groupIds: readonly string[],
) => Call<PartAnswer<GroupDescription | BrokerFailure>>;

/** The host as Kafka reports it, without the leading slash that Java's InetAddress prints. */
export const plainHost = (host: string): string => host.replace(/^\//, '');

/** An empty string is how the protocol says that there is none. */
export const namedOrNull = (name: string | null | undefined): string | null => name || null;

/** One answer a group: its error code, or what `toDescription` makes of it. */
export function eachGroup<G extends { groupId: string; errorCode: number }>(
  groups: readonly G[],
  toDescription: (group: G) => GroupDescription | BrokerFailure,
): PartAnswer<GroupDescription | BrokerFailure> {
  return new Map(
    groups.map((group) => [
      group.groupId,
      group.errorCode === 0 ? toDescription(group) : { errorCode: group.errorCode },
    ]),
  );
}
