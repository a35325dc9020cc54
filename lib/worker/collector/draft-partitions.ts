import type {
  CommittedOffset,
  GroupDescription,
  GroupListing,
  GroupMember,
  ShareOffset,
} from '#lib/broker/port/groups.ts';
import { offsetLag } from '#lib/domain/lag/offsets.ts';
import type { EndTable } from '#lib/domain/lag/time-lag.ts';
import { addPoll, emptyWindow, type PartitionWindow, type Poll } from '#lib/domain/lag/window.ts';
import type { Memory, TopicWindows } from './memory.ts';
import type { ClusterPoll, PolledEnds } from './poll-cluster.ts';

/** One partition of one group: all that its evaluation needs, before anything of the log itself was read. */
export type PartitionDraft = {
  groupId: string;
  topic: string;
  /** null when the topic is gone. */
  topicId: string | null;
  partition: number;
  share: boolean;
  poll: Poll;
  committedKnown: boolean;
  window: PartitionWindow;
  ends: EndTable | null;
  orphaned: boolean | null;
  member: GroupMember | null;
  failure: string | null;
};

type Place = {
  topic: string;
  partition: number;
  offset: bigint | null;
  /** A share group's own count; undefined elsewhere. */
  brokerLag?: bigint | null;
  failure?: string | null;
};
type Owners = ReadonlyMap<string, readonly (GroupMember | undefined)[]>;

const nothingSeen: PolledEnds = { logStart: null, lastStable: null, highWatermark: null, failure: null };
const nobody: readonly (GroupMember | undefined)[] = [];

/**
 * Every partition that a group has an offset on or a member for, with this round added to its windows. A group whose offsets
 * could not be read keeps the windows that it had: not knowing is no reason to forget.
 */
export function draftPartitions(
  listing: GroupListing,
  poll: ClusterPoll,
  memory: Memory,
  windowMs: number,
): PartitionDraft[] {
  const { groupId, type } = listing;
  const share = type === 'share';
  const described = poll.descriptions.get(groupId);
  const description = described instanceof Error ? undefined : described;
  const answered = share ? poll.shareOffsets.get(groupId) : poll.committed.get(groupId);
  const known = answered instanceof Error ? undefined : answered;
  const failure = answered instanceof Error ? answered.message : null;
  const owners = ownersOf(description);
  const unread = unreadTopics(description);
  const before = memory.windows.get(groupId);
  const windows = new Map<string, TopicWindows>();
  let topic: TopicDraft | null = null;
  const drafts: PartitionDraft[] = [];
  for (const place of placesOf(known ?? [], owners)) {
    if (topic?.name !== place.topic) topic = topicDraft(place.topic, poll, memory, owners);
    const { partition } = place;
    const there = topic.partitions > partition;
    const seen = topic.ends?.[partition] ?? nothingSeen;
    const gone = !there || seen.failure?.kind === 'unknown_topic';
    const member = topic.owners[partition] ?? null;
    const one = pollOf(place, seen, description ? member !== null : null, poll.atMs, memory.previousMs);
    const key = topic.id ?? topic.name;
    const window = addPoll(before?.get(key)?.[partition] ?? emptyWindow, one, windowMs);
    remember(windows, key, partition, window);
    drafts.push({
      groupId,
      topic: topic.name,
      topicId: there ? topic.id : null,
      partition,
      share,
      poll: one,
      committedKnown: known !== undefined && place.failure == null,
      window,
      ends: topic.tables?.get(partition) ?? null,
      orphaned: gone || (member === null ? unread(topic.name) : false),
      member,
      failure: place.failure ?? seen.failure?.message ?? failure,
    });
  }
  if (known !== undefined) memory.windows.set(groupId, windows);
  return drafts;
}

/** What all partitions of a topic share, looked up once. */
type TopicDraft = {
  name: string;
  id: string | null;
  partitions: number;
  ends: readonly (PolledEnds | undefined)[] | undefined;
  tables: ReadonlyMap<number, EndTable> | undefined;
  owners: readonly (GroupMember | undefined)[];
};

function topicDraft(name: string, poll: ClusterPoll, memory: Memory, owners: Owners): TopicDraft {
  const info = poll.topics.get(name);
  const id = info?.topicId ?? null;
  return {
    name,
    id,
    partitions: info?.partitions.length ?? 0,
    ends: poll.ends.get(name),
    tables: id === null ? undefined : memory.ends.get(id),
    owners: owners.get(name) ?? nobody,
  };
}

function pollOf(
  { offset, brokerLag }: Place,
  { logStart, lastStable, highWatermark }: PolledEnds,
  assigned: boolean | null,
  atMs: number,
  previousMs: number | null,
): Poll {
  const offsets = { committed: offset, logStart, lastStable, highWatermark };
  const lag =
    brokerLag === undefined
      ? offsetLag(offsets)
      : { lagRecords: offset === null ? null : brokerLag, lagStableRecords: null, expiredRecords: null };
  return { ...offsets, ...lag, atMs, previousMs, assigned };
}

function remember(
  windows: Map<string, TopicWindows>,
  key: string,
  partition: number,
  window: PartitionWindow,
): void {
  const ofTopic = windows.get(key);
  if (ofTopic) ofTopic[partition] = window;
  else {
    const fresh: TopicWindows = [];
    fresh[partition] = window;
    windows.set(key, fresh);
  }
}

/** Where the group has an offset or a member, with the offset; topic by topic. */
function* placesOf(offsets: readonly (CommittedOffset | ShareOffset)[], owners: Owners): Iterable<Place> {
  const committed = new Map<string, boolean[]>();
  for (const each of offsets) {
    const { topic, partition } = each;
    const flags = committed.get(topic);
    if (flags) flags[partition] = true;
    else {
      const fresh: boolean[] = [];
      fresh[partition] = true;
      committed.set(topic, fresh);
    }
    if ('startOffset' in each)
      yield {
        topic,
        partition,
        offset: each.startOffset,
        brokerLag: each.lagRecords,
        failure: each.failure?.message ?? null,
      };
    else yield each;
  }
  for (const [topic, members] of owners) {
    const flags = committed.get(topic);
    for (const [partition, member] of members.entries())
      if (member && !flags?.[partition]) yield { topic, partition, offset: null };
  }
}

function ownersOf(description: GroupDescription | undefined): Owners {
  const owners = new Map<string, (GroupMember | undefined)[]>();
  for (const member of description?.members ?? [])
    for (const { topic, partitions } of member.assignment) {
      const ofTopic = owners.get(topic) ?? [];
      owners.set(topic, ofTopic);
      // Several members of a share group may hold a partition; the first one stands for it.
      for (const partition of partitions) ofTopic[partition] ??= member;
    }
  return owners;
}

/** Tells of a topic whether no member of a live group subscribes it; null when a subscription is not known. */
function unreadTopics(description: GroupDescription | undefined): (topic: string) => boolean | null {
  if (!description) return () => null;
  const { members, internalTopics } = description;
  if (members.length === 0) return () => false;
  const subscribed = new Set(members.flatMap((member) => member.subscribed ?? []));
  const allKnown = members.every((member) => member.subscribed !== null);
  return (topic) =>
    subscribed.has(topic) || internalTopics.includes(topic) ? false : allKnown ? true : null;
}
