import {
  clusterId,
  clusterName,
  flowName,
  groupId,
  replayId,
  topicId,
  topicName,
  userId,
} from '#lib/domain/kernel/brand.ts';
import type { Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import { sealDigest, sealFields, sealFormat } from '#lib/domain/replays/seal.ts';
import {
  destinationTopic,
  destinationTopicId,
  manifestOf,
  perReplay,
  quarantinePartitions,
  quarantineTopic,
  quarantineTopicId,
  type SimulatedManifest,
  sourceTopic,
  sourceTopicId,
  targetGroup,
} from './dead-letters.ts';
import type { Governed } from './governed-flow.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

export type SubmittedReplay = { replay: Replay; manifest: SimulatedManifest };

/** What a replay is made of: the dice, the destination, the policy and the time. */
type Situation = { random: Random; partitions: number; governed: Governed; timeline: Pick<Timeline, 'date'> };

/** So many entries hold as many that are sent on as the first batch has. */
function firstBatchEntries({ entries }: SimulatedManifest, records: number): number {
  const sentOn = entries.filter(({ divert }) => !divert);
  const last = sentOn[records - 1];
  return last ? last.ordinal + 1 : entries.length;
}

function diversionOf(manifest: SimulatedManifest, firstBatchRecords: number): ReplayPlan['diversion'] {
  const records = manifest.entries.filter(({ divert }) => divert).length;
  if (records === 0) return undefined;
  return {
    topic: topicName(quarantineTopic),
    topicId: topicId(quarantineTopicId),
    partitions: quarantinePartitions,
    records,
    reasons: { breaks_contract: records },
    headers: { add: [], remove: [], removeFailureHeaders: false, timestamp: 'replay' },
    firstBatchEntries: firstBatchEntries(manifest, firstBatchRecords),
  };
}

function planOf(
  { random, governed, partitions }: Situation,
  manifest: SimulatedManifest,
  firstBatchRecords: number,
): ReplayPlan {
  const { entries } = manifest;
  const shards = manifest.entries.some(({ divert }) => divert) ? 1 : random.pick([1, partitions, partitions]);
  const diversion = diversionOf(manifest, firstBatchRecords);
  const [first, last] = [entries.at(0)?.offset, entries.at(-1)?.offset].map(String);
  return {
    formatVersion: sealFormat,
    routing: 'murmur2',
    ramp: random.pick([[100], [50, 100]]),
    gates: {
      maxCameBackRatio: random.pick([0, 0.3, 1]),
      maxTargetLagGrowth: 1_000_000,
      onFail: random.chance(0.8) ? 'pause' : 'abort',
      targetGroups: random.chance(0.8) ? [groupId(targetGroup)] : [],
    },
    verify: { waitMs: 6000, settleMs: 300 },
    headers: { add: [], remove: [], removeFailureHeaders: true, timestamp: 'replay' },
    orderingRequired: random.chance(0.5),
    manifest: {
      root: manifest.root,
      records: entries.length,
      leftOut: 0,
      leftOutReasons: {},
      bytes: 1,
      keys: 1,
      oldestAt: null,
      newestAt: null,
      partitions: [{ partition: 0, first: first ?? '', last: last ?? '', records: entries.length }],
    },
    evidence: [],
    policy: {
      version: 1,
      hash: governed.policyHash,
      verdict: 'allowed',
      rules: [],
      approvalsNeeded: random.chance(0.7) ? 1 : 2,
    },
    approvalTtlMs: 3_600_000,
    startTtlMs: 3_600_000,
    consequence: 'Sends them.',
    undo: 'Cannot be undone.',
    ...(diversion && { diversion }),
    ...(shards > 1 && { shards }),
  };
}

/** A replay as submitting leaves it: sealed, waiting for other people's approval. */
export function submittedReplay(situation: Situation, number: number): SubmittedReplay {
  const { random, partitions, governed, timeline } = situation;
  const now = timeline.date();
  const records = random.chance(0.8) ? random.between(6, 14) : random.between(15, perReplay);
  const declared = governed.flows.some(({ quarantine }) => quarantine !== null);
  const diverts = declared && random.chance(0.5);
  const manifest = manifestOf(number * perReplay, records, partitions, diverts);
  const firstBatchRecords = random.between(1, 4);
  const later = new Date(now.getTime() + 3_600_000);
  const ana = userId('ana');
  const unsealed: Replay = {
    id: replayId(`r-${number}`),
    purpose: 'replay',
    cluster: clusterName('main'),
    clusterId: clusterId('cluster'),
    flow: flowName('orders'),
    state: 'awaiting_approval',
    resumesTo: null,
    stateReason: null,
    revision: 4,
    requesterId: ana,
    requester: 'ana',
    preparedBy: [ana],
    asked: [],
    reason: 'simulated',
    ticket: null,
    autoStart: random.chance(0.5),
    source: { topic: topicName(sourceTopic), topicId: topicId(sourceTopicId), selection: { all: true } },
    destination: {
      kind: 'retry',
      topic: topicName(destinationTopic),
      topicId: topicId(destinationTopicId),
      partitions,
    },
    bounds: {
      maxRecords: 1000,
      maxBytes: 1_000_000,
      recordsPerSecond: random.pick([3, 6, 12, 1000]),
      maxDurationMs: 60_000,
    },
    canary: { records: firstBatchRecords, settleMs: 300, maxCameBackRatio: random.pick([0, 0.5, 1]) },
    plan: planOf(situation, manifest, firstBatchRecords),
    manifestRoot: manifest.root,
    digest: null,
    policyVersion: 1,
    policyHash: governed.policyHash,
    evidenceHash: null,
    run: null,
    draftedFor: null,
    createdAt: now,
    updatedAt: now,
    plannedAt: now,
    expiresAt: later,
    submittedAt: now,
    approvedAt: null,
    startBy: null,
    startedAt: null,
    executedAt: null,
    pausedAt: null,
    pausedMs: 0,
    finishedAt: null,
  };
  const fields = sealFields(unsealed);
  if (!fields) throw new Error('A simulated replay can not be sealed.');
  return { replay: { ...unsealed, digest: sealDigest(fields) }, manifest };
}
