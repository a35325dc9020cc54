import { topicId, userId } from '#lib/domain/kernel/brand.ts';
import type { Evidence, EvidenceName } from '#lib/domain/replays/evidence.ts';
import { replayHeaderNames } from '#lib/domain/replays/outgoing.ts';
import {
  preserveCanary,
  preserveRamp,
  preserveSentence,
  preserveVerdict,
} from '#lib/domain/replays/preserve.ts';
import type { QuarantineCheckName } from '#lib/domain/replays/quarantine-checks.ts';
import type { Bounds, ManifestSummary, Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import { evidenceHash, sealDigest, sealFields, sealFormat } from '#lib/domain/replays/seal.ts';
import type { Selection } from '#lib/domain/replays/selection.ts';
import { amount, countOf, undoSentence } from '#lib/domain/replays/sentences.ts';
import type { PolicyVersion } from '#lib/store/policies.ts';
import type { ReplayChange } from '#lib/store/replay-rows.ts';
import type { NewReplay } from '#lib/store/replays.ts';
import { newReplayId } from '../new-replay-id.ts';
import type { StagedSet } from '../plan/stage-plan.ts';
import type { Quarantine } from './read-quarantine.ts';

const evidenceOf: Readonly<Record<QuarantineCheckName, EvidenceName>> = {
  no_reader: 'fanOut',
  no_compaction: 'compaction',
  longer_retention: 'retention',
};

/** What was found of the quarantine, as evidence that the seal covers. */
const evidenceFrom = (
  { checks }: Pick<Quarantine, 'checks'>,
  manifest: ReplayPlan['manifest'],
  now: Date,
): Evidence[] => {
  const rest = { why: null, denominator: null, at: now.toISOString() };
  const { records, bytes, leftOut } = manifest;
  return [
    {
      name: 'manifest',
      status: 'good',
      sentence: `${countOf(records, 'record')}, ${amount(bytes)} bytes; ${amount(leftOut)} left out.`,
      value: { records, bytes, leftOut },
      ...rest,
    },
    ...checks.map(
      ({ check, state, sentence }): Evidence => ({
        name: evidenceOf[check],
        status: state === 'passed' ? 'good' : 'blocks',
        sentence,
        value: { check, state },
        ...rest,
      }),
    ),
  ];
};

/** A frozen set that is sealed. */
export type SealedSet = StagedSet & { summary: ManifestSummary };

export type PreserveTerms = {
  source: Replay['source'];
  cluster: Pick<Replay, 'cluster' | 'clusterId'>;
  by: { userId: string; name: string };
  reason: string;
  bounds: Bounds;
  quarantine: Quarantine;
  staged: Pick<SealedSet, 'planId' | 'routing' | 'summary'>;
  /** As of the moment that its filter was run. */
  selection: Selection;
  version: PolicyVersion;
  now: Date;
};

export type SealedPreserve = {
  draft: NewReplay;
  /** From draft to its first batch. */
  start: ReplayChange;
  /** Where its manifest is staged. */
  planId: number;
};

/** A preserve, sealed and ready for a worker: a replay into the declared quarantine that nobody has to approve. Pure but for its id. */
export function sealPreserve(terms: PreserveTerms): SealedPreserve {
  const { source, quarantine, staged, version, now, bounds } = terms;
  const { flow, topic, target } = quarantine;
  const { routing, summary: manifest } = staged;
  const destination = { kind: 'quarantine' as const, topic, targetGroups: [] };
  const plan: ReplayPlan = {
    formatVersion: sealFormat,
    routing,
    ramp: preserveRamp,
    gates: { ...flow.policy.gates, onFail: 'pause', targetGroups: [] },
    verify: flow.policy.verify,
    // Byte for byte: nothing is removed, and a copy is as old as its copying, so that retention begins anew.
    headers: { add: replayHeaderNames, remove: [], removeFailureHeaders: false, timestamp: 'replay' },
    orderingRequired: false,
    manifest,
    evidence: evidenceFrom(quarantine, manifest, now),
    policy: preserveVerdict(version),
    approvalTtlMs: 0,
    startTtlMs: 0,
    preparedBy: [userId(terms.by.userId)],
    consequence: preserveSentence(countOf(manifest.records, 'record'), topic),
    undo: undoSentence({ flow, destination, keySentence: null }),
    ...('filter' in terms.selection && { selection: terms.selection }),
  };
  const person = userId(terms.by.userId);
  const draft: NewReplay = {
    purpose: 'preserve',
    draftedFor: null,
    id: newReplayId(),
    ...terms.cluster,
    flow: flow.name,
    state: 'draft',
    requesterId: person,
    requester: terms.by.name,
    preparedBy: [person],
    asked: [],
    reason: terms.reason,
    ticket: null,
    autoStart: true,
    source,
    destination: {
      kind: 'quarantine',
      topic,
      topicId: topicId(target.topicId),
      partitions: target.partitions,
    },
    bounds,
    canary: preserveCanary,
    createdAt: now,
  };
  const frozenPlan = {
    plan,
    manifestRoot: manifest.root,
    policyVersion: version.version,
    policyHash: version.hash,
    evidenceHash: evidenceHash(plan.evidence),
    plannedAt: now,
  };
  const fields = sealFields({ ...unstarted, ...draft, ...frozenPlan });
  if (!fields) throw new Error(`Preserve ${draft.id} can't be sealed: something of its plan is missing.`);
  const limits = { canaryRecords: preserveCanary.records, recordsPerSecond: bounds.recordsPerSecond };
  const start: ReplayChange = {
    ...frozenPlan,
    digest: sealDigest(fields),
    state: 'canary',
    startedAt: now,
    run: initialRun(plan, limits, now),
  };
  return { draft, start, planId: staged.planId };
}

/** What a new row has of everything that a seal does not read. */
const unstarted = {
  pausedAt: null,
  pausedMs: 0,
  resumesTo: null,
  stateReason: null,
  revision: 1,
  digest: null,
  run: null,
  updatedAt: new Date(0),
  plannedAt: null,
  expiresAt: null,
  submittedAt: null,
  approvedAt: null,
  startBy: null,
  startedAt: null,
  executedAt: null,
  finishedAt: null,
} satisfies Partial<Replay>;
