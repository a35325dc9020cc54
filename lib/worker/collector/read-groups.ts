import type { GroupListing, GroupMember } from '#lib/broker/port/groups.ts';
import type { GroupDetail, MemberView } from '#lib/contract/lag.ts';
import type { LogSize, Retention } from '#lib/domain/lag/expiry.ts';
import { type PartitionReading, summarize } from '#lib/domain/lag/group.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import { draftPartitions, type PartitionDraft } from './draft-partitions.ts';
import type { Ahead } from './first-record.ts';
import { defaultStalledAfterMs, type GroupFlow } from './flow-groups.ts';
import { type Asking, findMarkersOnly, mayBeMarkers, readAhead } from './look-ahead.ts';
import { type Memory, rememberEnds } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import { readPartition, withFirstRecord } from './read-partition.ts';

export type ReadSettings = {
  cluster: string;
  windowMs: number;
  flowOf: (groupId: string) => GroupFlow | null;
  retentionOf: (topic: string) => Retention;
  sizeOf: (topic: string, partition: number) => LogSize | null;
  asking: Asking;
  sameKeyDeadLetters: (clusterId: string, keyHash: string) => Promise<number | null>;
};

type Read = { draft: PartitionDraft; reading: PartitionReading };
type GroupRead = { listing: GroupListing; flow: GroupFlow | null; reads: Read[] };
export type GroupsRead = {
  groups: StoredGroup[];
  /** Topics (by id) that nobody reads any more. */
  unreadTopicIds: string[];
};

/** A poll of the cluster into what is stored of each group. */
export async function readGroups(
  poll: ClusterPoll,
  memory: Memory,
  settings: ReadSettings,
): Promise<GroupsRead> {
  const { flowOf, retentionOf, asking } = settings;
  const unreadTopicIds = rememberEnds(memory, poll);
  const drafted = poll.groups.map((listing) => ({
    listing,
    flow: flowOf(listing.groupId),
    drafts: draftPartitions(listing, poll, memory, settings.windowMs),
  }));
  forgetGroups(memory, poll);
  const candidates = drafted.flatMap(({ drafts }) => drafts.filter(mayBeMarkers));
  const markersOnly = await findMarkersOnly(candidates, asking);
  const groups = drafted.map(
    ({ listing, flow, drafts }): GroupRead => ({
      listing,
      flow,
      reads: drafts.map((draft) => ({
        draft,
        reading: readPartition(draft, {
          markersOnly: markersOnly.has(draft),
          stalledAfterMs: flow?.stalledAfterMs ?? defaultStalledAfterMs,
          retention: retentionOf(draft.topic),
          size: settings.sizeOf(draft.topic, draft.partition),
        }),
      })),
    }),
  );

  // One partition a group is looked into: the one it is stuck on, else the one furthest behind of unknown age.
  const wanted = groups.flatMap(({ reads }) => stuckOn(reads) ?? ofUnknownAge(reads) ?? []);
  const ahead = await readAhead(
    wanted.map((each) => each.draft),
    asking,
  );
  memory.previousMs = poll.atMs;
  return {
    unreadTopicIds,
    groups: await Promise.all(
      groups.map(async (group) => {
        const stuck = stuckOn(group.reads);
        const waits = stuck && ahead.get(stuck.draft);
        return toStored(group, poll, settings.cluster, {
          partitions: group.reads.map(({ draft, reading }) => {
            const seen = ahead.get(draft);
            return seen ? withFirstRecord(reading, draft, seen, retentionOf(draft.topic)) : reading;
          }),
          blocking: stuck && waits ? await blockingOf(stuck.draft, waits, poll, settings) : null,
        });
      }),
    ),
  };
}

function forgetGroups(memory: Memory, poll: ClusterPoll): void {
  const listed = new Set(poll.groups.map(({ groupId }) => groupId));
  for (const groupId of memory.windows.keys()) if (!listed.has(groupId)) memory.windows.delete(groupId);
}

const mostLag = (reads: readonly Read[]): Read | undefined =>
  reads.reduce<Read | undefined>(
    (most, each) =>
      most && (most.reading.lagRecords ?? -1n) >= (each.reading.lagRecords ?? -1n) ? most : each,
    undefined,
  );

const stuckOn = (reads: readonly Read[]) =>
  mostLag(reads.filter(({ reading }) => reading.status === 'stalled' || reading.status === 'stopped'));

const ofUnknownAge = (reads: readonly Read[]) =>
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
  draft: PartitionDraft,
  { record }: Ahead,
  poll: ClusterPoll,
  settings: ReadSettings,
): Promise<GroupDetail['blocking']> {
  if (!record) return null;
  const { keyHash } = record;
  return {
    topic: draft.topic,
    partition: draft.partition,
    offset: String(record.offset),
    keyText: record.keyText,
    valueBytes: record.valueBytes,
    at: record.timestampMs === null || record.timestampMs < 0 ? null : instantOf(record.timestampMs),
    sameKeyDeadLetters:
      keyHash === null ? null : await settings.sameKeyDeadLetters(poll.cluster.clusterId, keyHash),
  };
}

const instantOf = (ms: number) => new Date(ms).toISOString();

function toStored(
  { listing, flow }: GroupRead,
  poll: ClusterPoll,
  cluster: string,
  seen: Pick<StoredGroup, 'partitions' | 'blocking'>,
): StoredGroup {
  const described = poll.descriptions.get(listing.groupId);
  const description = described instanceof Error ? undefined : described;
  return {
    cluster,
    groupId: listing.groupId,
    type: listing.type,
    state: description?.state ?? listing.state,
    flow: flow?.name ?? null,
    members: description?.members.length ?? null,
    memberList: description?.members.map(memberView) ?? null,
    epoch: description?.epoch ?? null,
    assignmentEpoch: description?.assignmentEpoch ?? null,
    assignor: description?.assignor ?? null,
    internalTopics: description?.internalTopics ?? [],
    failure: failureOf(listing, poll),
    blocking: seen.blocking,
    summary: summarize(seen.partitions),
    partitions: [...seen.partitions].sort(byPlace),
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
