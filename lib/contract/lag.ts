import { z } from 'zod';
import { groupTypes, lagStatuses } from '#lib/domain/lag/status.ts';
import { operation } from './operation.ts';
import {
  durationMs,
  instant,
  instantInput,
  listOf,
  offsetString,
  pageQuery,
  partitionNumber,
} from './wire.ts';

const lagMsMethod = z.enum(['interpolated', 'record']).nullable();
/** Shortest and longest, at the rates of the older and the newer half of the window; null as the longest: perhaps never. */
const drainRange = z.tuple([durationMs, durationMs.nullable()]).nullable();

export const groupView = z.object({
  cluster: z.string(),
  groupId: z.string(),
  type: z.enum(groupTypes),
  state: z.string(),
  members: z.number().int().nullable(),
  topics: z.array(z.string()),
  flow: z.string().nullable(),
  lagRecords: offsetString.nullable(),
  lagMs: durationMs.nullable(),
  lagMsMethod,
  lagMsError: durationMs.nullable(),
  status: z.enum(lagStatuses),
  /** One sentence: what it means. */
  statusDetail: z.string(),
  drainMs: durationMs.nullable(),
  drainRangeMs: drainRange,
  expiryRiskMs: durationMs.nullable(),
  consumeRate: z.number().nullable(),
  produceRate: z.number().nullable(),
  /** Within the last hour; null while nobody watches the cluster. */
  rebalancesPerHour: z.number().int().nullable(),
  /** Lag over the last hour, oldest first; null is a gap. */
  trend: z.array(z.tuple([instant, offsetString.nullable()])),
  asOf: instant,
});
export type GroupView = z.infer<typeof groupView>;

export const partitionView = z.object({
  topic: z.string(),
  partition: partitionNumber,
  committed: offsetString.nullable(),
  logStart: offsetString.nullable(),
  lastStable: offsetString.nullable(),
  highWatermark: offsetString.nullable(),
  lagRecords: offsetString.nullable(),
  lagStableRecords: offsetString.nullable(),
  expiredRecords: offsetString.nullable(),
  lagMs: durationMs.nullable(),
  lagMsMethod,
  lagMsError: durationMs.nullable(),
  status: z.enum(lagStatuses),
  consumeRate: z.number().nullable(),
  produceRate: z.number().nullable(),
  drainMs: durationMs.nullable(),
  drainRangeMs: drainRange,
  expiryRiskMs: durationMs.nullable(),
  member: z.string().nullable(),
  host: z.string().nullable(),
  committedSince: instant.nullable(),
  /** Of a Streams application: a topic that it made for itself. */
  internalTopic: z.boolean(),
  /** Where the group went back from, while it has not regained it. */
  rewoundFrom: z.object({ offset: offsetString, at: instant }).nullable(),
});
export type PartitionView = z.infer<typeof partitionView>;

export const memberView = z.object({
  memberId: z.string(),
  clientId: z.string(),
  host: z.string(),
  instanceId: z.string().nullable(),
  rackId: z.string().nullable(),
  epoch: z.number().int().nullable(),
  assignment: z.array(z.object({ topic: z.string(), partitions: z.array(partitionNumber) })),
});

export type MemberView = z.infer<typeof memberView>;

export const blockingRecord = z.object({
  topic: z.string(),
  partition: partitionNumber,
  offset: offsetString,
  keyText: z.string().nullable(),
  valueBytes: z.number().int().nullable(),
  at: instant.nullable(),
  sameKeyDeadLetters: z.number().int().nullable(),
});

export const groupDetail = groupView.extend({
  /** Epochs and assignor as far as the group's protocol tells them. */
  epoch: z.number().int().nullable(),
  assignmentEpoch: z.number().int().nullable(),
  assignor: z.string().nullable(),
  /** Why something of the group could not be read. */
  failure: z.string().nullable(),
  /** Partitions that take at least twice their even share of what is produced, largest share first. */
  hotPartitions: z.array(z.object({ topic: z.string(), partition: partitionNumber, share: z.number() })),
  memberList: z.array(memberView),
  blocking: blockingRecord.nullable(),
  partitions: z.array(partitionView),
});
export type GroupDetail = z.infer<typeof groupDetail>;

export const historySeries = z.object({
  topic: z.string().nullable(),
  partition: partitionNumber.nullable(),
  /** [time, lagRecords, lagMs]; null where nothing was measured. */
  points: z.array(z.tuple([instant, offsetString.nullable(), durationMs.nullable()])),
});
export const history = z.object({ series: z.array(historySeries), stepMs: z.number(), asOf: instant });
export type History = z.infer<typeof history>;

const clusterParams = z.object({ cluster: z.string() });
const groupParams = z.object({ cluster: z.string(), group: z.string() });

export const listGroups = operation({
  id: 'listGroups',
  method: 'GET',
  path: '/clusters/{cluster}/groups',
  summary: 'Consumer groups with lag and status, from the last snapshot',
  permission: 'read',
  params: clusterParams,
  query: z.strictObject({
    ...pageQuery,
    q: z.string().max(250).optional(),
    type: z.enum(groupTypes).optional(),
    state: z.string().max(50).optional(),
    status: z.enum(lagStatuses).optional(),
    flow: z.string().max(250).optional(),
    sort: z.enum(['lag', 'timeLag', 'name', 'status']).default('status'),
    order: z.enum(['asc', 'desc']).optional(),
  }),
  answer: listOf(groupView),
});
export const getGroup = operation({
  id: 'getGroup',
  method: 'GET',
  path: '/clusters/{cluster}/groups/{group}',
  summary: 'One consumer group with members and partitions',
  permission: 'read',
  params: groupParams,
  answer: groupDetail,
});
export const getGroupHistory = operation({
  id: 'getGroupHistory',
  method: 'GET',
  path: '/clusters/{cluster}/groups/{group}/history',
  summary: 'Lag over time; null for a gap',
  permission: 'read',
  params: groupParams,
  query: z.strictObject({
    from: instantInput.optional(),
    to: instantInput.optional(),
    step: z.coerce.number().int().min(1000).max(86_400_000).optional().meta({ description: 'milliseconds' }),
    topic: z.string().max(249).optional(),
    series: z
      .enum(['all', 'total'])
      .optional()
      .meta({ description: 'total: only the sum over the group, without its partitions' }),
  }),
  answer: history,
});
