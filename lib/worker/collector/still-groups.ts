import type { GroupListing } from '#lib/broker/port/groups.ts';
import type { Retention } from '#lib/domain/lag/expiry.ts';
import type { GroupFlow } from './flow-groups.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { ToldGroup } from './told-group.ts';

/** All that a group is told from. Of two rounds the parts are the same objects when nothing changed (settlePoll). */
type GroupSight = {
  listing: GroupListing;
  flow: GroupFlow | null;
  answers: readonly unknown[];
  topics: readonly TopicSight[];
};
type TopicSight = {
  topic: string;
  topicId: string | null;
  partitions: number;
  ends: unknown;
  retention: Retention;
};

/** A group of which nothing changes by time alone, as it was told. */
export type StillGroup = {
  from: GroupSight;
  told: ToldGroup;
  /** Something of its log should still be looked up, when its turn comes. */
  asks: boolean;
  /** Up to which round it may be told again without being read: what stands of it elsewhere changes too. */
  untilTurn: number;
};

export type SightSettings = {
  flowOf: (groupId: string) => GroupFlow | null;
  retentionOf: (topic: string) => Retention;
};

const answersOf = ({ groupId }: GroupListing, poll: ClusterPoll) => [
  poll.descriptions.get(groupId),
  poll.committed.get(groupId),
  poll.shareOffsets.get(groupId),
];

const topicSight = (topic: string, poll: ClusterPoll, { retentionOf }: SightSettings): TopicSight => ({
  topic,
  topicId: poll.topics.get(topic)?.topicId ?? null,
  partitions: poll.topics.get(topic)?.partitions.length ?? 0,
  ends: poll.ends.get(topic),
  retention: retentionOf(topic),
});

/** What a group is told from in this round. */
export const sightOf = (
  listing: GroupListing,
  topics: readonly string[],
  poll: ClusterPoll,
  settings: SightSettings,
): GroupSight => ({
  listing,
  flow: settings.flowOf(listing.groupId),
  answers: answersOf(listing, poll),
  topics: topics.map((topic) => topicSight(topic, poll, settings)),
});

/** Whether the group would be told as it was: all that it was told from is the same. A group that failed to answer is not. */
export function isAsTold(
  { from }: StillGroup,
  listing: GroupListing,
  poll: ClusterPoll,
  settings: SightSettings,
): boolean {
  const answers = answersOf(listing, poll);
  return (
    from.listing.type === listing.type &&
    from.listing.state === listing.state &&
    from.flow === settings.flowOf(listing.groupId) &&
    answers.every((answer, at) => answer === from.answers[at] && !(answer instanceof Error)) &&
    from.topics.every((before) => {
      const now = topicSight(before.topic, poll, settings);
      return (
        now.topicId === before.topicId &&
        now.partitions === before.partitions &&
        now.ends === before.ends &&
        now.retention === before.retention
      );
    })
  );
}
