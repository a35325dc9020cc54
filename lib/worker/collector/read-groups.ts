import type { GroupListing } from '#lib/broker/port/groups.ts';
import type { GroupDetail } from '#lib/contract/lag.ts';
import { type PartitionReading, summarize } from '#lib/domain/lag/group.ts';
import { statusSentence } from '#lib/domain/lag/wording.ts';
import type { StoredGroup } from '#lib/store/lag-snapshots.ts';
import { draftPartitions, type PartitionDraft } from './draft-partitions.ts';
import type { FirstRecord } from './first-record.ts';
import { defaultStalledAfterMs, type GroupFlow } from './flow-groups.ts';
import { type Asking, findMarkersOnly, readAhead } from './look-ahead.ts';
import type { Memory } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import { readPartition, withRecordAge } from './read-partition.ts';

export type ReadSettings = {
  cluster: string;
  windowMs: number;
  flowOf: (groupId: string) => GroupFlow | null;
  retentionMsOf: (topic: string) => number | null;
  asking: Asking;
  sameKeyDeadLetters: (clusterId: string, keyHash: string) => Promise<number | null>;
};

type Read = { draft: PartitionDraft; reading: PartitionReading };

/** A poll of the cluster into what is stored of each group. */
export async function readGroups(
  poll: ClusterPoll,
  memory: Memory,
  settings: ReadSettings,
): Promise<StoredGroup[]> {
  const { flowOf, retentionMsOf, asking } = settings;
  const drafts = draftPartitions(poll, memory, settings.windowMs);
  const markersOnly = await findMarkersOnly([...drafts.values()].flat(), asking);
  const groups = poll.groups.map((listing) => ({
    listing,
    flow: flowOf(listing.groupId),
    reads: (drafts.get(listing.groupId) ?? []).map(
      (draft): Read => ({
        draft,
        reading: readPartition(draft, {
          markersOnly: markersOnly.has(draft),
          stalledAfterMs: flowOf(listing.groupId)?.stalledAfterMs ?? defaultStalledAfterMs,
          retentionMs: retentionMsOf(draft.topic),
        }),
      }),
    ),
  }));

  // One partition a group is looked into: the one it is stuck on, else the one furthest behind of unknown age.
  const wanted = groups.flatMap(({ reads }) => stuckOn(reads) ?? ofUnknownAge(reads) ?? []);
  const records = await readAhead(
    wanted.map((each) => each.draft),
    asking,
  );
  return Promise.all(
    groups.map(async ({ listing, flow, reads }) => {
      const aged = reads.map(({ draft, reading }) => {
        const record = records.get(draft);
        return record && reading.lagMs === null
          ? withRecordAge(reading, record.timestampMs, poll.atMs, retentionMsOf(draft.topic))
          : reading;
      });
      const stuck = stuckOn(reads);
      const record = stuck && records.get(stuck.draft);
      const blocking = stuck && record ? await blockingOf(stuck.draft, record, poll, settings) : null;
      return toStored({ listing, flow, poll, cluster: settings.cluster, partitions: aged, blocking });
    }),
  );
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
        reading.lagMs === null &&
        reading.lagRecords !== null &&
        reading.lagRecords > 0n &&
        reading.status !== 'orphaned',
    ),
  );

async function blockingOf(
  draft: PartitionDraft,
  record: FirstRecord,
  poll: ClusterPoll,
  settings: ReadSettings,
): Promise<GroupDetail['blocking']> {
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
const text = (value: bigint | null) => (value === null ? null : String(value));

function toStored(of: {
  listing: GroupListing;
  flow: GroupFlow | null;
  poll: ClusterPoll;
  cluster: string;
  partitions: readonly PartitionReading[];
  blocking: GroupDetail['blocking'];
}): StoredGroup {
  const { listing, poll } = of;
  const described = poll.descriptions.get(listing.groupId);
  const committed = poll.committed.get(listing.groupId);
  const members = described && !(described instanceof Error) ? described.members : null;
  const failure =
    committed instanceof Error
      ? `Its offsets could not be read: ${committed.message}.`
      : listing.type === 'share'
        ? 'The offsets of share groups are not read yet: lag is not known.'
        : null;
  const summary = summarize(of.partitions);
  return {
    cluster: of.cluster,
    groupId: listing.groupId,
    type: listing.type,
    state: members !== null && described && !(described instanceof Error) ? described.state : listing.state,
    members: members?.length ?? null,
    memberList:
      members?.map(({ memberId, clientId, host, assignment }) => ({
        memberId,
        clientId,
        host,
        assignment: assignment.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] })),
      })) ?? null,
    topics: [...summary.topics],
    flow: of.flow?.name ?? null,
    lagRecords: text(summary.lagRecords),
    lagMs: summary.lagMs,
    lagMsMethod: summary.lagMsMethod,
    status: summary.status,
    statusDetail: statusSentence(summary, poll.atMs, { failure }),
    drainMs: summary.drainMs,
    expiryRiskMs: summary.expiryRiskMs,
    consumeRate: summary.consumeRate,
    produceRate: summary.produceRate,
    blocking: of.blocking,
    partitions: [...of.partitions]
      .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
      .map(({ expiryRiskMs: _risk, stuckSinceMs: _stuck, committedSinceMs, ...reading }) => ({
        ...reading,
        committed: text(reading.committed),
        logStart: text(reading.logStart),
        lastStable: text(reading.lastStable),
        highWatermark: text(reading.highWatermark),
        lagRecords: text(reading.lagRecords),
        lagStableRecords: text(reading.lagStableRecords),
        expiredRecords: text(reading.expiredRecords),
        committedSince: committedSinceMs === null ? null : instantOf(committedSinceMs),
      })),
  };
}
