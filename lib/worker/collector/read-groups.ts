import type { GroupListing, GroupMember } from '#lib/broker/port/groups.ts';
import type { GroupDetail, MemberView } from '#lib/contract/lag.ts';
import type { LogSize, Retention } from '#lib/domain/lag/expiry.ts';
import { type PartitionReading, summarize } from '#lib/domain/lag/group.ts';
import { onlyMarkersLeft } from '#lib/domain/lag/markers.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import type { Ahead } from './first-record.ts';
import { defaultStalledAfterMs, type GroupFlow } from './flow-groups.ts';
import { type Asking, aheadOf, isMarkersOnly, lookAhead, mayBeMarkers, mustAsk } from './look-ahead.ts';
import { type Memory, rememberEnds } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import { type PartitionRead, withFirstRecord } from './read-partition.ts';
import { cameToRest, readPartitions } from './read-partitions.ts';
import { settlePoll } from './settle-poll.ts';
import { isAsTold, sightOf } from './still-groups.ts';
import { heldPacked, type ToldGroup, tellGroup } from './told-group.ts';

export type ReadSettings = {
  cluster: string;
  windowMs: number;
  flowOf: (groupId: string) => GroupFlow | null;
  retentionOf: (topic: string) => Retention;
  sizeOf: (topic: string, partition: number) => LogSize | null;
  asking: Asking;
  sameKeyDeadLetters: (clusterId: string, keyHash: string) => Promise<number | null>;
};

/** So many groups wait for a look into the log in one round, and so many partitions of theirs are looked at whether all that is left are markers. */
const groupsAskedPerRound = 40;
const asksPerRound = 80;
/** A stuck group is read anew this often though nothing moves: dead letters with the key of the record that it waits on may have come. */
const stuckTurns = 15;

/** A group of which something must be looked up in the log before it can be told. */
type OpenGroup = { listing: GroupListing; reads: PartitionRead[] };

/**
 * A poll of the cluster into what is stored of each group, handed to `emit` one by one, with whether it is the very group of the last round:
 * nothing of a group that moves is held once it is told, so that a round over many takes the memory of one. Those of which a record must be read
 * first come last; some each round, so that a round stays short and all get their turn. Answers the topics (by id) that nobody reads any more, and the
 * poll as it is remembered (settlePoll): who keeps something of the round takes it from there, so that it is kept once.
 */
export async function readGroups(
  polled: ClusterPoll,
  memory: Memory,
  settings: ReadSettings,
  emit: (group: ToldGroup, asBefore: boolean) => void,
): Promise<{ poll: ClusterPoll; unreadTopicIds: string[] }> {
  const { asking, flowOf } = settings;
  const poll = settlePoll(polled, memory.poll);
  const unreadTopicIds = rememberEnds(memory, poll);
  const open: OpenGroup[] = [];
  for (const listing of rotated(poll.groups, memory)) {
    const isRoom = open.length < groupsAskedPerRound;
    const still = memory.still.get(listing.groupId);
    if (still && memory.turn <= still.untilTurn && isAsTold(still, listing, poll, settings)) {
      if (!(still.asks && isRoom)) {
        emit(still.told, true);
        continue;
      }
    }
    memory.still.delete(listing.groupId);
    const stalledAfterMs = flowOf(listing.groupId)?.stalledAfterMs ?? defaultStalledAfterMs;
    const reads = readPartitions(listing, poll, memory, { ...settings, stalledAfterMs });
    const known = withoutMarkers(reads, asking);
    const asks = [...known.filter(mayBeMarkers), ...wantedOf(known)].some((each) => mustAsk(each, asking));
    if (asks && isRoom) {
      open.push({ listing, reads });
      continue;
    }
    const stored = await toStored(listing, known, poll, settings);
    const told = tellGroup(stored);
    emit(told, false);
    if (reads.length > 0 && reads.every(cameToRest)) {
      holdPacked(memory, listing.groupId);
      memory.still.set(listing.groupId, {
        from: sightOf(listing, stored.summary.topics, poll, settings),
        told: heldPacked(told),
        asks,
        untilTurn: stuckOn(known) ? memory.turn + stuckTurns : Number.POSITIVE_INFINITY,
      });
    }
  }
  // Whether all that is left are markers decides on the status, and the status on which record to look at.
  const candidates = open.flatMap(({ reads }) => reads.filter(mayBeMarkers));
  await lookAhead(candidates.slice(0, asksPerRound), asking);
  const again = open.map(({ listing, reads }) => ({ listing, reads: withoutMarkers(reads, asking) }));
  await lookAhead(
    again.flatMap(({ reads }) => wantedOf(reads)),
    asking,
  );
  for (const { listing, reads } of again)
    emit(tellGroup(await toStored(listing, reads, poll, settings)), false);
  forgetGroups(memory, poll);
  memory.previousMs = poll.atMs;
  memory.poll = poll;
  return { poll, unreadTopicIds };
}

/** Every round begins with other groups, so that questions that get no answer starve nobody else's. */
function rotated(groups: readonly GroupListing[], memory: Memory): readonly GroupListing[] {
  const first = groups.length === 0 ? 0 : (memory.turn * groupsAskedPerRound) % groups.length;
  memory.turn += 1;
  return [...groups.slice(first), ...groups.slice(0, first)];
}

/** Partitions on which only transaction markers are left are read to the end. */
const withoutMarkers = (reads: PartitionRead[], asking: Asking): PartitionRead[] => {
  const isOver = (read: PartitionRead) => mayBeMarkers(read) && isMarkersOnly(read, asking);
  if (!reads.some(isOver)) return reads;
  return reads.map((read) => (isOver(read) ? { ...read, reading: onlyMarkersLeft(read.reading) } : read));
};

/** One partition a group is looked into: the one it is stuck on, else the one furthest behind of unknown age. */
const wantedOf = (reads: readonly PartitionRead[]): PartitionRead[] => {
  const wanted = stuckOn(reads) ?? ofUnknownAge(reads);
  return wanted ? [wanted] : [];
};

/** A group that stands still as a whole is not read at all: of its partitions the windows are enough, from which the next reading goes on. */
function holdPacked(memory: Memory, groupId: string): void {
  for (const { moving, still } of memory.windows.get(groupId)?.values() ?? [])
    for (const [partition, read] of still.splice(0).entries()) if (read) moving.set(partition, read.window);
}

function forgetGroups(memory: Memory, poll: ClusterPoll): void {
  const listed = new Set(poll.groups.map(({ groupId }) => groupId));
  for (const known of [memory.windows, memory.still])
    for (const groupId of known.keys()) if (!listed.has(groupId)) known.delete(groupId);
}

const mostLag = (reads: readonly PartitionRead[]): PartitionRead | undefined =>
  reads.reduce<PartitionRead | undefined>(
    (most, each) =>
      most && (most.reading.lagRecords ?? -1n) >= (each.reading.lagRecords ?? -1n) ? most : each,
    undefined,
  );

const stuckOn = (reads: readonly PartitionRead[]) =>
  mostLag(reads.filter(({ reading }) => reading.status === 'stalled' || reading.status === 'stopped'));

const ofUnknownAge = (reads: readonly PartitionRead[]) =>
  mostLag(
    reads.filter(
      ({ reading }) =>
        reading.lagMsMethod === null &&
        reading.lagRecords !== null &&
        reading.lagRecords > 0n &&
        reading.status !== 'orphaned',
    ),
  );

async function blockingOf(
  { topic, partition }: PartitionReading,
  { record }: Ahead,
  poll: ClusterPoll,
  settings: ReadSettings,
): Promise<GroupDetail['blocking']> {
  if (!record) return null;
  const { keyHash } = record;
  return {
    topic,
    partition,
    offset: String(record.offset),
    keyText: record.keyText,
    valueBytes: record.valueBytes,
    at: record.timestampMs === null || record.timestampMs < 0 ? null : instantOf(record.timestampMs),
    sameKeyDeadLetters:
      keyHash === null ? null : await settings.sameKeyDeadLetters(poll.cluster.clusterId, keyHash),
  };
}

const instantOf = (ms: number) => new Date(ms).toISOString();

async function toStored(
  listing: GroupListing,
  reads: readonly PartitionRead[],
  poll: ClusterPoll,
  settings: ReadSettings,
): Promise<StoredGroup> {
  const stuck = stuckOn(reads);
  const waits = stuck && aheadOf(stuck, settings.asking);
  const blocking = stuck && waits ? await blockingOf(stuck.reading, waits, poll, settings) : null;
  const looked = new Set(wantedOf(reads));
  const partitions = reads.map((read) => {
    const seen = looked.has(read) ? aheadOf(read, settings.asking) : undefined;
    return seen ? withFirstRecord(read, seen, settings.retentionOf(read.reading.topic)) : read.reading;
  });
  const described = poll.descriptions.get(listing.groupId);
  const description = described instanceof Error ? undefined : described;
  return {
    cluster: settings.cluster,
    groupId: listing.groupId,
    type: listing.type,
    state: description?.state ?? listing.state,
    flow: settings.flowOf(listing.groupId)?.name ?? null,
    members: description?.members.length ?? null,
    memberList: description?.members.map(memberView) ?? null,
    epoch: description?.epoch ?? null,
    assignmentEpoch: description?.assignmentEpoch ?? null,
    assignor: description?.assignor ?? null,
    internalTopics: description?.internalTopics ?? [],
    failure: failureOf(listing, poll),
    blocking,
    summary: summarize(partitions),
    partitions: isInOrder(partitions) ? partitions : partitions.sort(byPlace),
  };
}

function failureOf({ groupId, type }: GroupListing, poll: ClusterPoll): string | null {
  const offsets = type === 'share' ? poll.shareOffsets.get(groupId) : poll.committed.get(groupId);
  if (offsets instanceof Error) return `Its offsets could not be read: ${offsets.message}.`;
  const described = poll.descriptions.get(groupId);
  return described instanceof Error ? `It could not be described: ${described.message}.` : null;
}

const memberView = ({
  memberId,
  clientId,
  host,
  instanceId,
  rackId,
  epoch,
  assignment,
}: GroupMember): MemberView => ({
  memberId,
  clientId,
  host,
  instanceId,
  rackId,
  epoch,
  assignment: assignment.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] })),
});

const byPlace = (a: PartitionReading, b: PartitionReading) =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;

/** As brokers nearly always answer. */
function isInOrder(partitions: readonly PartitionReading[]): boolean {
  let before: PartitionReading | null = null;
  for (const each of partitions) {
    if (before !== null && byPlace(before, each) > 0) return false;
    before = each;
  }
  return true;
}
