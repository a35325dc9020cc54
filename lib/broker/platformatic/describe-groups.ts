import { type GroupType, groupTypes } from '#lib/domain/lag/status.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { GroupDescription, GroupListing, PerGroup } from '../port/groups.ts';
import type { Coordinators } from './coordinators.ts';
import { describeClassic } from './describe-classic.ts';
import { describeConsumer } from './describe-consumer.ts';
import { describeShare } from './describe-share.ts';
import { describeStreams } from './describe-streams.ts';
import type { DescribeCall } from './described.ts';
import type { MetadataCache } from './metadata.ts';

type Asked = Pick<GroupListing, 'groupId' | 'type'>;
type Answer = GroupDescription | BrokerFailure;

/** A group may go over to the other protocol and back while it lives (KIP-848, online migration). */
const otherProtocol: ReadonlyMap<GroupType, GroupType> = new Map([
  ['classic', 'consumer'],
  ['consumer', 'classic'],
]);

const isDead = (answer: GroupDescription) => answer.state === 'Dead';

/** What the calls answer for a group that is not of their type: DescribeGroups a dead group, the others an error. */
const mayHaveTurned = (answer: Answer | undefined): boolean =>
  answer instanceof BrokerFailure ? answer.kind === 'rejected' : answer !== undefined && isDead(answer);

/**
 * Describes groups by the calls of their types, each many groups a request. One that has gone over to the other protocol since it was
 * listed is described by that one's call: it would look dead or missing otherwise.
 */
export async function describeGroups(
  coordinators: Coordinators,
  metadata: MetadataCache,
  groups: readonly Asked[],
): Promise<PerGroup<GroupDescription>> {
  const calls: Record<GroupType, [what: string, call: DescribeCall]> = {
    classic: ['DescribeGroups', describeClassic],
    consumer: ['ConsumerGroupDescribe', describeConsumer],
    share: ['ShareGroupDescribe', describeShare],
    streams: ['StreamsGroupDescribe', describeStreams(metadata)],
  };
  const ask = async (asked: readonly Asked[]): Promise<Map<string, Answer>> => {
    const answers = new Map<string, Answer>();
    await Promise.all(
      groupTypes.map((type) => {
        const ids = asked.filter((each) => each.type === type).map(({ groupId }) => groupId);
        return coordinators.perCoordinator(ids, answers, ...calls[type]);
      }),
    );
    return answers;
  };

  const answers = await ask(groups);
  const turned = groups.flatMap(({ groupId, type }) => {
    const other = otherProtocol.get(type);
    return other && mayHaveTurned(answers.get(groupId)) ? [{ groupId, type: other }] : [];
  });
  for (const [groupId, answer] of await ask(turned))
    if (!(answer instanceof BrokerFailure) && !isDead(answer)) answers.set(groupId, answer);
  return answers;
}
