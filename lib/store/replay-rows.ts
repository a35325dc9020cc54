import type { Prisma } from '#generated/prisma/client.ts';
import type { ReplayModel as ReplayRow } from '#generated/prisma/models/Replay.ts';
import {
  clusterId,
  clusterName,
  flowName,
  replayId,
  sha256Hex,
  topicId,
  topicName,
  userId,
} from '#lib/domain/kernel/brand.ts';
import type { Replay, ReplayPurpose } from '#lib/domain/replays/replay.ts';
import type { DestinationKind, ReplayState } from '#lib/domain/replays/state.ts';

const maybe = <A, B>(value: A | null, map: (value: A) => B): B | null => (value === null ? null : map(value));

/** A row as the domain knows it. JSON columns hold what this module's `toColumns` wrote, or the worker's ReplayRun. */
export const toReplay = (row: ReplayRow): Replay => ({
  id: replayId(row.id),
  purpose: row.purpose as ReplayPurpose,
  cluster: clusterName(row.cluster),
  clusterId: clusterId(row.clusterId),
  flow: maybe(row.flow, flowName),
  state: row.state as ReplayState,
  resumesTo: row.resumesTo as ReplayState | null,
  stateReason: row.stateReason,
  revision: row.revision,
  requesterId: userId(row.requesterId),
  requester: row.requester,
  preparedBy: row.preparedBy.map(userId),
  reason: row.reason,
  ticket: row.ticket,
  autoStart: row.autoStart,
  source: {
    topic: topicName(row.sourceTopic),
    topicId: topicId(row.sourceTopicId),
    selection: row.selection as Replay['source']['selection'],
  },
  destination: {
    kind: row.destinationKind as DestinationKind,
    topic: topicName(row.destinationTopic),
    topicId: maybe(row.destinationTopicId, topicId),
    partitions: row.destinationPartitions,
  },
  bounds: row.bounds as Replay['bounds'],
  canary: row.canary as Replay['canary'],
  asked: row.asked as Replay['asked'][number][],
  plan: row.plan as Replay['plan'],
  manifestRoot: maybe(row.manifestRoot, sha256Hex),
  digest: maybe(row.digest, sha256Hex),
  policyVersion: row.policyVersion,
  policyHash: maybe(row.policyHash, sha256Hex),
  evidenceHash: maybe(row.evidenceHash, sha256Hex),
  run: row.run as Replay['run'],
  draftedFor: maybe(row.draftedFor, replayId),
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  plannedAt: row.plannedAt,
  expiresAt: row.expiresAt,
  submittedAt: row.submittedAt,
  approvedAt: row.approvedAt,
  startBy: row.startBy,
  startedAt: row.startedAt,
  executedAt: row.executedAt,
  pausedAt: row.pausedAt,
  pausedMs: Number(row.pausedMs),
  finishedAt: row.finishedAt,
});

/** What may change in a replay after its draft; whoever asked for it and where it comes from never do. */
export type ReplayChange = Partial<
  Omit<
    Replay,
    | 'id'
    | 'purpose'
    | 'cluster'
    | 'clusterId'
    | 'revision'
    | 'requesterId'
    | 'requester'
    | 'source'
    | 'createdAt'
    | 'draftedFor'
  >
>;

const json = (value: unknown) => value as Prisma.InputJsonValue;

/** Undefined leaves a column as it is. */
export function toColumns(change: ReplayChange, dbNull: typeof Prisma.DbNull): Prisma.ReplayUpdateInput {
  const { destination, preparedBy, bounds, canary, asked, plan, run, ...plain } = change;
  return {
    ...plain,
    ...(destination && {
      destinationKind: destination.kind,
      destinationTopic: destination.topic,
      destinationTopicId: destination.topicId,
      destinationPartitions: destination.partitions,
    }),
    ...(preparedBy && { preparedBy: [...preparedBy] }),
    ...(bounds && { bounds: json(bounds) }),
    ...(canary && { canary: json(canary) }),
    ...(asked && { asked: [...asked] }),
    ...(plan !== undefined && { plan: plan === null ? dbNull : json(plan) }),
    ...(run !== undefined && { run: run === null ? dbNull : json(run) }),
  };
}
