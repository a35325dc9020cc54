import type { GroupDetail, GroupView, MemberView, PartitionView } from '#lib/contract/lag.ts';
import { expiryRiskMsAt, type GroupSummary, lagMsAt, type PartitionReading } from '#lib/domain/lag/group.ts';
import type { GroupType } from '#lib/domain/lag/status.ts';
import { statusSentence } from '#lib/domain/lag/wording.ts';

/** A group as the collector saw it. `memberList` is null when it could not be described. */
export type StoredGroup = {
  cluster: string;
  groupId: string;
  type: GroupType;
  state: string;
  flow: string | null;
  members: number | null;
  memberList: readonly MemberView[] | null;
  epoch: number | null;
  assignmentEpoch: number | null;
  assignor: string | null;
  /** Topics that a Streams application made for itself. */
  internalTopics: readonly string[];
  /** Why something of the group could not be read. */
  failure: string | null;
  blocking: GroupDetail['blocking'];
  summary: GroupSummary;
  partitions: readonly PartitionReading[];
};

/** What a list shows of a group: all but its members and partitions. */
export type ListedGroup = Omit<GroupView, 'trend' | 'asOf' | 'rebalancesPerHour'> & { asOf: Date };
/** A group in full. `memberList` is null when it could not be described. */
export type GroupSnapshot = Omit<GroupDetail, 'trend' | 'asOf' | 'memberList' | 'rebalancesPerHour'> & {
  memberList: readonly MemberView[] | null;
  asOf: Date;
};

/** What stands in the row's JSON: all that has no column of its own. */
export type RowData = Pick<
  StoredGroup,
  | 'members'
  | 'memberList'
  | 'epoch'
  | 'assignmentEpoch'
  | 'assignor'
  | 'internalTopics'
  | 'failure'
  | 'blocking'
> & { summary: GroupSummary };

const offsetFields = [
  'committed',
  'logStart',
  'lastStable',
  'highWatermark',
  'lagRecords',
  'lagStableRecords',
  'expiredRecords',
] as const;

/** JSON has no bigint: offsets are decimal strings there. */
export const toRowJson = ({ summary, ...data }: RowData): string =>
  JSON.stringify({
    ...data,
    summary: {
      ...summary,
      lagRecords: text(summary.lagRecords),
      worst: summary.worst && withTexts(summary.worst),
    },
  })
    // Postgres takes no NUL in jsonb, and names and keys of records may hold one.
    .replaceAll('\\u0000', '\\ufffd');

function withTexts(reading: PartitionReading) {
  const { rewoundFrom } = reading;
  const written: Record<string, unknown> = { ...reading };
  for (const field of offsetFields) written[field] = text(reading[field]);
  written.rewoundFrom = rewoundFrom && { ...rewoundFrom, offset: String(rewoundFrom.offset) };
  return written;
}

/** What a list is told of that. */
type ListedData = Pick<RowData, 'summary' | 'members' | 'failure'>;

function fromRowJson<T extends ListedData>(stored: unknown): T {
  const data = stored as T;
  const { lagRecords, worst } = data.summary;
  return {
    ...data,
    summary: { ...data.summary, lagRecords: big(lagRecords), worst: worst && withOffsets(worst) },
  };
}

const big = (value: bigint | string | null) => (value === null ? null : BigInt(value));

function withOffsets(reading: PartitionReading): PartitionReading {
  const read = { ...reading };
  for (const field of offsetFields) read[field] = big(reading[field]);
  const { rewoundFrom } = reading;
  return {
    ...read,
    rewoundFrom: rewoundFrom && { ...rewoundFrom, offset: BigInt(rewoundFrom.offset) },
  };
}

export type GroupRow = {
  cluster: string;
  groupId: string;
  type: string;
  state: string;
  flow: string | null;
  topics: string[];
  data: unknown;
  asOf: Date;
};

/** The row as a list shows it, with what grows with the clock as of the row's time. */
export const listedGroup = (row: GroupRow): ListedGroup => listed(row, fromRowJson<ListedData>(row.data));

function listed(row: GroupRow, { summary, members, failure }: ListedData): ListedGroup {
  const nowMs = row.asOf.getTime();
  return {
    cluster: row.cluster,
    groupId: row.groupId,
    type: row.type as GroupType,
    state: row.state,
    members,
    topics: row.topics,
    flow: row.flow,
    lagRecords: text(summary.lagRecords),
    lagMs: lagMsAt(summary, nowMs),
    lagMsMethod: summary.lagMsMethod,
    lagMsError: summary.lagMsError,
    status: summary.status,
    statusDetail: statusSentence(summary, nowMs, { failure }),
    drainMs: summary.drainMs,
    drainRangeMs: rangeOf(summary.drainRange),
    expiryRiskMs: expiryRiskMsAt(summary.expiresAtMs, nowMs),
    consumeRate: summary.consumeRate,
    produceRate: summary.produceRate,
    asOf: row.asOf,
  };
}

/** The row in full. */
export function groupSnapshot(row: GroupRow, partitions: readonly PartitionReading[]): GroupSnapshot {
  const data = fromRowJson<RowData>(row.data);
  const { epoch, assignmentEpoch, assignor, failure, memberList, blocking, summary, internalTopics } = data;
  const internal = new Set(internalTopics);
  return {
    ...listed(row, data),
    epoch,
    assignmentEpoch,
    assignor,
    failure,
    memberList,
    blocking,
    hotPartitions: [...summary.hotPartitions],
    partitions: partitions.map((each) => partitionView(each, row.asOf.getTime(), internal.has(each.topic))),
  };
}

const partitionView = (of: PartitionReading, nowMs: number, internalTopic: boolean): PartitionView => ({
  topic: of.topic,
  partition: of.partition,
  committed: text(of.committed),
  logStart: text(of.logStart),
  lastStable: text(of.lastStable),
  highWatermark: text(of.highWatermark),
  lagRecords: text(of.lagRecords),
  lagStableRecords: text(of.lagStableRecords),
  expiredRecords: text(of.expiredRecords),
  lagMs: lagMsAt(of, nowMs),
  lagMsMethod: of.lagMsMethod,
  lagMsError: of.lagMsError,
  status: of.status,
  consumeRate: of.consumeRate,
  produceRate: of.produceRate,
  drainMs: of.drainMs,
  drainRangeMs: rangeOf(of.drainRange),
  expiryRiskMs: expiryRiskMsAt(of.expiresAtMs, nowMs),
  member: of.member,
  host: of.host,
  committedSince: instant(of.committedSinceMs),
  internalTopic,
  rewoundFrom: of.rewoundFrom && {
    offset: String(of.rewoundFrom.offset),
    at: new Date(of.rewoundFrom.atMs).toISOString(),
  },
});

const text = (value: bigint | null) => (value === null ? null : String(value));
const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const rangeOf = (range: readonly [number, number | null] | null): [number, number | null] | null =>
  range && [range[0], range[1]];
