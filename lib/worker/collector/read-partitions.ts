import type { GroupDescription, GroupListing, GroupMember, ShareOffset } from '#lib/broker/port/groups.ts';
import type { LogSize, Retention } from '#lib/domain/lag/expiry.ts';
import { offsetLag } from '#lib/domain/lag/offsets.ts';
import { runCount } from '#lib/domain/lag/runs.ts';
import type { EndTable } from '#lib/domain/lag/time-lag.ts';
import { addPoll, emptyWindow, type Poll } from '#lib/domain/lag/window.ts';
import { emptyTopicMemory, type Memory, type TopicMemory } from './memory.ts';
import type { ClusterPoll, PolledEnds } from './poll-cluster.ts';
import { type PartitionRead, readPartition } from './read-partition.ts';

export type GroupSettings = {
  windowMs: number;
  stalledAfterMs: number;
  retentionOf: (topic: string) => Retention;
  sizeOf: (topic: string, partition: number) => LogSize | null;
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
 * Every partition that a group has an offset on or a member for, evaluated, with this round added to its windows. A group whose offsets
 * could not be read keeps the windows that it had: not knowing is no reason to forget.
 */
export function readPartitions(
  listing: GroupListing,
  poll: ClusterPoll,
  memory: Memory,
  settings: GroupSettings,
): PartitionRead[] {
  const { groupId, type } = listing;
  const described = poll.descriptions.get(groupId);
  const description = described instanceof Error ? undefined : described;
  const answered: readonly Place[] | Error | undefined =
    type === 'share' ? sharePlaces(poll.shareOffsets.get(groupId)) : poll.committed.get(groupId);
  const known = answered instanceof Error ? undefined : answered;
  const owners = ownersOf(description);
  const unread = unreadTopics(description);
  const remembered = memory.windows.get(groupId) ?? new Map<string, TopicMemory>();
  const placed = new Map<TopicMemory, boolean[]>();
  let topic: TopicSight | null = null;
  let [windows, seenOfTopic]: [TopicMemory, boolean[]] = [emptyTopicMemory(), []];
  const reads: PartitionRead[] = [];
  for (const place of placesOf(known ?? [], owners)) {
    if (topic?.name !== place.topic) {
      topic = topicSight(place.topic, poll, memory, owners, settings);
      windows = memoryOf(topic.id ?? topic.name, remembered);
      seenOfTopic = placed.get(windows) ?? [];
      placed.set(windows, seenOfTopic);
    }
    const { partition } = place;
    seenOfTopic[partition] = true;
    const still = windows.still[partition];
    const seen = topic.ends?.[partition] ?? nothingSeen;
    const member = topic.owners[partition] ?? null;
    const there = topic.partitions > partition;
    const gone = !there || seen.failure?.kind === 'unknown_topic';
    const orphaned = gone || (member === null ? unread(topic.name) : false);
    if (still && isStill(still, { place, seen, member, orphaned, retention: topic.retention })) {
      reads.push(still);
      continue;
    }
    const one = pollOf(place, seen, description ? member !== null : null, poll.atMs, memory.previousMs);
    const before = still?.window ?? windows.moving.get(partition) ?? emptyWindow;
    const window = addPoll(before, one, settings.windowMs);
    const read = readPartition({
      groupId,
      topic: topic.name,
      topicId: there ? topic.id : null,
      partition,
      share: type === 'share',
      poll: one,
      committedKnown: known !== undefined && place.failure == null,
      window,
      ends: topic.tables?.get(partition) ?? null,
      orphaned,
      member,
      stalledAfterMs: settings.stalledAfterMs,
      retention: topic.retention,
      size: settings.sizeOf(topic.name, partition),
    });
    reads.push(read);
    if (known !== undefined) keep(windows, partition, read);
  }
  if (known !== undefined) memory.windows.set(groupId, onlyPlaced(remembered, placed));
  return reads;
}

/** Nothing about it changes any more by time alone: it stands since before the window, and if it is stuck it is named so already. */
export function cameToRest({ reading, window }: PartitionRead): boolean {
  const runs = runCount(window.runs);
  // Here end nearly all that move.
  if (runs > 1 && reading.committed !== null) return false;
  if (reading.status === 'never_committed') return true;
  if (runs !== 1 || window.rewoundFrom !== null || reading.consumeRate === null) return false;
  return reading.lagRecords === 0n || reading.status === 'stalled' || reading.status === 'stopped';
}

type Seen = {
  place: Place;
  seen: PolledEnds;
  member: GroupMember | null;
  orphaned: boolean | null;
  retention: Retention;
};

/** What was seen is what the reading says. */
const isStill = (before: PartitionRead, { place, seen, member, orphaned, retention }: Seen): boolean =>
  place.failure == null &&
  before.reading.committed === place.offset &&
  before.reading.highWatermark === seen.highWatermark &&
  before.reading.logStart === seen.logStart &&
  before.reading.lastStable === seen.lastStable &&
  (place.brokerLag === undefined || before.reading.lagRecords === place.brokerLag) &&
  before.reading.member === (member?.memberId ?? null) &&
  before.reading.host === (member?.host ?? null) &&
  before.orphaned === orphaned &&
  before.retention === retention;

/** What all partitions of a topic share, looked up once. */
type TopicSight = {
  name: string;
  id: string | null;
  partitions: number;
  ends: readonly (PolledEnds | undefined)[] | undefined;
  tables: ReadonlyMap<number, EndTable> | undefined;
  owners: readonly (GroupMember | undefined)[];
  retention: Retention;
};

function topicSight(
  name: string,
  poll: ClusterPoll,
  memory: Memory,
  owners: Owners,
  settings: GroupSettings,
): TopicSight {
  const info = poll.topics.get(name);
  const id = info?.topicId ?? null;
  return {
    name,
    id,
    partitions: info?.partitions.length ?? 0,
    ends: poll.ends.get(name),
    tables: id === null ? undefined : memory.ends.get(id),
    owners: owners.get(name) ?? nobody,
    retention: settings.retentionOf(name),
  };
}

function pollOf(
  { offset, brokerLag }: Place,
  { logStart, lastStable, highWatermark }: PolledEnds,
  assigned: boolean | null,
  atMs: number,
  previousMs: number | null,
): Poll {
  const lag =
    brokerLag === undefined
      ? offsetLag({ committed: offset, logStart, lastStable, highWatermark })
      : { lagRecords: offset === null ? null : brokerLag, lagStableRecords: null, expiredRecords: null };
  return {
    committed: offset,
    logStart,
    lastStable,
    highWatermark,
    lagRecords: lag.lagRecords,
    lagStableRecords: lag.lagStableRecords,
    expiredRecords: lag.expiredRecords,
    atMs,
    previousMs,
    assigned,
  };
}

function memoryOf(key: string, remembered: Map<string, TopicMemory>): TopicMemory {
  const ofTopic = remembered.get(key) ?? emptyTopicMemory();
  remembered.set(key, ofTopic);
  return ofTopic;
}

function keep({ moving, still }: TopicMemory, partition: number, read: PartitionRead): void {
  if (cameToRest(read)) {
    still[partition] = read;
    moving.delete(partition);
  } else {
    moving.set(partition, read.window);
    if (still[partition]) still[partition] = undefined;
  }
}

/** Lets go of the topics and partitions on which the group has nothing any more. */
function onlyPlaced(
  remembered: Map<string, TopicMemory>,
  placed: ReadonlyMap<TopicMemory, readonly boolean[]>,
): Map<string, TopicMemory> {
  for (const [key, ofTopic] of remembered) {
    const seen = placed.get(ofTopic);
    if (!seen) remembered.delete(key);
    else {
      ofTopic.moving.keepOnly((partition) => seen[partition] === true);
      for (const partition of ofTopic.still.keys())
        if (!seen[partition]) ofTopic.still[partition] = undefined;
    }
  }
  return remembered;
}

/** What was answered of a share group, as places. */
const sharePlaces = (answer: readonly ShareOffset[] | Error | undefined) =>
  answer === undefined || answer instanceof Error
    ? answer
    : answer.map(
        ({ topic, partition, startOffset, lagRecords, failure }): Place => ({
          topic,
          partition,
          offset: startOffset,
          brokerLag: lagRecords,
          failure: failure?.message ?? null,
        }),
      );

/** Where the group has an offset or a member; topic by topic. */
function placesOf(answered: readonly Place[], owners: Owners): readonly Place[] {
  if (owners.size === 0) return answered;
  const committed = new Map<string, boolean[]>();
  for (const { topic, partition } of answered) {
    const flags = committed.get(topic) ?? [];
    committed.set(topic, flags);
    flags[partition] = true;
  }
  const unseen: Place[] = [];
  for (const [topic, members] of owners) {
    const flags = committed.get(topic);
    for (const [partition, member] of members.entries())
      if (member && !flags?.[partition]) unseen.push({ topic, partition, offset: null });
  }
  return unseen.length === 0 ? answered : [...answered, ...unseen];
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
