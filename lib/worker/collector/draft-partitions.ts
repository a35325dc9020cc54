import type {
  CommittedOffset,
  GroupDescription,
  GroupMember,
  TopicPartition,
} from '#lib/broker/port/groups.ts';
import type { EndTable } from '#lib/domain/lag/time-lag.ts';
import type { PartitionWindow, Poll } from '#lib/domain/lag/window.ts';
import { endKey, forgetOthers, type Memory, rememberEnd, rememberPoll, windowKey } from './memory.ts';
import { type ClusterPoll, partitionKey } from './poll-cluster.ts';

/** One partition of one group: all that its evaluation needs, before anything of the log itself was read. */
export type PartitionDraft = {
  groupId: string;
  topic: string;
  /** null when the topic is gone. */
  topicId: string | null;
  partition: number;
  poll: Poll;
  committedKnown: boolean;
  window: PartitionWindow;
  ends: EndTable;
  orphaned: boolean | null;
  member: GroupMember | null;
  failure: string | null;
};

const nothing = { logStart: null, lastStable: null, highWatermark: null, failure: null };

/** Every partition that a group has an offset on or a member for; adds this round to the memory and lets go of what is gone. */
export function draftPartitions(
  poll: ClusterPoll,
  memory: Memory,
  windowMs: number,
): Map<string, PartitionDraft[]> {
  const drafts = new Map<string, PartitionDraft[]>();
  const ends = new Set<string>();
  const windows = new Set<string>();
  for (const { groupId } of poll.groups) {
    const described = poll.descriptions.get(groupId);
    const description = described instanceof Error ? undefined : described;
    const answered = poll.committed.get(groupId);
    const committed = answered instanceof Error ? undefined : answered;
    const owners = ownersOf(description);
    const places = placesOf(committed ?? [], owners);
    drafts.set(
      groupId,
      [...places].map(([key, { topic, partition, offset }]) => {
        const info = poll.topics.get(topic);
        const there = info !== undefined && info.partitions.length > partition;
        const seen = poll.offsets.get(key) ?? nothing;
        const gone = !there || seen.failure?.kind === 'unknown_topic';
        const topicId = there ? info.topicId : null;
        const endAt = endKey(topicId ?? topic, partition);
        const windowAt = windowKey(groupId, topicId ?? topic, partition);
        ends.add(endAt);
        windows.add(windowAt);
        const owner = owners.get(key);
        const one: Poll = {
          atMs: poll.atMs,
          committed: offset,
          logStart: seen.logStart,
          lastStable: seen.lastStable,
          highWatermark: seen.highWatermark,
          assigned: description ? owner !== undefined : null,
        };
        return {
          groupId,
          topic,
          topicId,
          partition,
          poll: one,
          committedKnown: committed !== undefined,
          window: rememberPoll(memory, windowAt, one, windowMs),
          ends:
            one.highWatermark === null
              ? (memory.ends.get(endAt) ?? [])
              : rememberEnd(memory, endAt, poll.atMs, one.highWatermark),
          orphaned: gone || isUnread(description, topic, owner !== undefined),
          member: owner?.member ?? null,
          failure: seen.failure?.message ?? (answered instanceof Error ? answered.message : null),
        };
      }),
    );
  }
  forgetOthers(memory, ends, windows);
  return drafts;
}

/** Where the group has an offset or a member, with the offset. */
function placesOf(committed: readonly CommittedOffset[], owners: ReturnType<typeof ownersOf>) {
  const places = new Map<string, TopicPartition & { offset: bigint | null }>();
  for (const [key, { topic, partition }] of owners) places.set(key, { topic, partition, offset: null });
  for (const each of committed) places.set(partitionKey(each), each);
  return places;
}

function ownersOf(description: GroupDescription | undefined) {
  const owners = new Map<string, { topic: string; partition: number; member: GroupMember }>();
  for (const member of description?.members ?? [])
    for (const { topic, partitions } of member.assignment)
      for (const partition of partitions)
        owners.set(partitionKey({ topic, partition }), { topic, partition, member });
  return owners;
}

/** A live group of which no member subscribes the topic; null when a subscription is not known. */
function isUnread(description: GroupDescription | undefined, topic: string, owned: boolean): boolean | null {
  if (!description) return null;
  if (owned || description.members.length === 0) return false;
  let known = true;
  for (const { subscribed } of description.members) {
    if (subscribed === null) known = false;
    else if (subscribed.includes(topic)) return false;
  }
  return known ? true : null;
}
