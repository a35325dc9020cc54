import { authorize } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { topicId, userId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { termsUnder } from '#lib/domain/replays/bounds.ts';
import { judgeBreakGlass } from '#lib/domain/replays/break-glass.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { replayHeaderNames } from '#lib/domain/replays/outgoing.ts';
import { evaluatePolicy } from '#lib/domain/replays/policy.ts';
import type { Diversion, Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import { evidenceHash, sealDigest, sealFields, sealFormat } from '#lib/domain/replays/seal.ts';
import { describeSelection, type Selection } from '#lib/domain/replays/selection.ts';
import { consequenceSentence, type OrderingCounts, undoSentence } from '#lib/domain/replays/sentences.ts';
import { shardsFor } from '#lib/domain/replays/shards.ts';
import type { Stores } from '#lib/store/database.ts';
import type { PolicyVersion } from '#lib/store/policies.ts';
import { type Act, changeReplayState, holdsTimeoutMs } from './change-replay-state.ts';
import { currentPolicy } from './current-policy.ts';
import { declaredContract } from './declared-contract.ts';
import { configNumber, type PlanningContext, type TopicFacts } from './evidence/context.ts';
import { leftOutInWords } from './evidence/left-out.ts';
import { contractChecks } from './plan/contract-checks.ts';
import { effectQuestions } from './plan/effect-questions.ts';
import { examineInTurn } from './plan/examine-in-turn.ts';
import { type FrozenSet, replayableFrom } from './plan/freeze-manifest.ts';
import { gatherEvidence } from './plan/gather-evidence.ts';
import { holdRecords, takeManifest } from './plan/hold-records.ts';
import { othersThanStaged } from './plan/other-arrivals.ts';
import { planPortions } from './plan/portions.ts';
import type { SealedStaged } from './plan/seal-staged.ts';
import { readSituation, type Situation } from './plan/situation.ts';
import { type StagedPlan, type StagedSet, stagePlan } from './plan/stage-plan.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { requireFilter } from './require-filter.ts';

/** Two effects may use the same key. */
const keySpecsOf = (flow: Situation['flow']): string[] => [
  ...new Set(
    (flow?.boundary.effects ?? []).flatMap(({ external, idempotencyKey }) =>
      external && idempotencyKey ? [idempotencyKey] : [],
    ),
  ),
];

const defaultMaxMessageBytes = 1_048_588;
const maxMessageBytesOf = ({ config }: Pick<TopicFacts, 'config'>): number =>
  configNumber(config, 'max.message.bytes') ?? defaultMaxMessageBytes;
type Concluded = { context: PlanningContext; evidence: readonly Evidence[] };
type Staged = StagedPlan<Concluded>;
type Prepared = Pick<Situation, 'destination' | 'target' | 'diversion'> & {
  staged: Staged;
  /** What was drafted, under the policy of now. */
  terms: Pick<Replay, 'bounds' | 'canary'>;
  version: PolicyVersion;
  flow: Replay['flow'];
};

const noLongerWanted = new Error('The plan is not wanted any more.');
/** From here on records are held beside their being sealed: it takes as long, and whoever decides about other records of the topic waits for both. */
const manyRecords = 20_000;

/** @throws SluiceError `already_in_replay`, `nothing_to_replay` */
async function requireSomething(deps: ReplayDeps, replay: Replay, frozen: FrozenSet): Promise<void> {
  const source = {
    clusterId: replay.clusterId,
    topicId: replay.source.topicId,
    selection: replay.source.selection,
    replayId: replay.id,
  };
  const { replaySelection } = deps.database.stores;
  // Chosen records are all meant: one that another replay has is a refusal, not something to leave out.
  if ('records' in replay.source.selection || frozen.taken === 0) {
    const others = await replaySelection.otherReplays(source);
    const { inOtherReplay } = await replaySelection.count(source);
    if (others.length > 0)
      throw new SluiceError(
        'already_in_replay',
        `${inOtherReplay} of the records are in another active replay: ${others.join(', ')}.`,
        { fields: { replays: others, records: inOtherReplay } },
      );
  }
  if (frozen.taken > 0) return;
  const why = leftOutInWords(frozen.leftOutReasons);
  throw new SluiceError(
    'nothing_to_replay',
    `No dead letter of ${replay.source.topic} that is open or came back matches the selection${why.length > 0 ? ` (left out: ${why.join(', ')})` : ''}.`,
    { fields: { leftOutReasons: frozen.leftOutReasons } },
  );
}

/** The selection as of now: what a filter's `now` means is kept, so that the same records are found however often it is looked at. */
function selectionAt(
  deps: ReplayDeps,
  principal: Principal,
  replay: Replay,
  flow: Situation['flow'],
): Selection {
  const { selection } = replay.source;
  if (!('filter' in selection)) return selection;
  const masks = parseMasks(flow?.mask ?? []);
  requireFilter(principal, selection.filter, { ...replay, masks });
  return { ...selection, now: deps.clock().toISOString() };
}

function contextOf(
  replay: Replay,
  situation: Situation,
  { planId, frozen, facts, summary, routing }: StagedSet,
  findings: readonly FlowFinding[],
  stores: Stores,
  now: Date,
): PlanningContext {
  const diverted = diversionOf(situation, frozen.diverted);
  const fingerprints = [...frozen.failureGroups.keys()];
  return {
    replay,
    ...situation,
    // Where nothing is diverted, how the quarantine stands is nobody's question.
    diversion: diverted && situation.diversion,
    diverted,
    sentOn: summary.records - (diverted?.records ?? 0),
    behindDiverted: facts.behindDiverted,
    stores,
    now,
    routing,
    frozen: {
      summary,
      failureGroups: [...frozen.failureGroups].map(([fingerprint, group]) => ({ fingerprint, ...group })),
      fingerprints,
    },
    frozenAt: null,
    othersSince: othersThanStaged(stores, replay, planId, { fingerprints, summary }),
    newerKeys: facts.newerKeys,
    keys: {
      oldestAt: facts.oldestKeyAt,
      writtenSince: (written) => stores.planHolds.keysWrittenSince(planId, written),
    },
    missingOrigins: facts.missingOrigins,
    oldestOriginalMs: facts.oldestOriginalMs,
    largestBytes: frozen.largestBytes,
    tombstones: frozen.tombstones,
    duplicates: facts.duplicates,
    maxAttempt: facts.maxAttempt,
    retried: facts.retried,
    retriedRoots: facts.retriedRoots,
    keysSeen: frozen.keysSeen,
    effects: frozen.effects,
    contract: frozen.contract,
    findings,
  };
}

/** null where nothing is diverted. */
function diversionOf(
  { policy, diversion }: Pick<Situation, 'policy' | 'diversion'>,
  reasons: FrozenSet['diverted'],
): PlanningContext['diverted'] {
  const records = Object.values(reasons).reduce((sum, n) => sum + n, 0);
  if (!diversion || records === 0) return null;
  return {
    topic: diversion.topic,
    topicId: topicId(diversion.topicId),
    partitions: diversion.partitions,
    records,
    reasons,
    headers: {
      ...{ add: replayHeaderNames, remove: policy.removeHeaders },
      ...{ removeFailureHeaders: false, timestamp: 'replay' },
    },
  };
}

function planOf(
  { context, evidence }: Concluded,
  { root, firstBatchEntries }: SealedStaged,
  version: PolicyVersion,
): ReplayPlan {
  const { replay, policy, flow, destination, frozen, routing } = context;
  const summary = { root, ...frozen.summary };
  const diverted: Diversion | null = context.diverted && { ...context.diverted, firstBatchEntries };
  const verdict = evaluatePolicy({
    policy,
    boundary: flow?.boundary ?? null,
    version: version.version,
    hash: version.hash,
    destination: destination.kind,
    ticket: replay.ticket,
    manifest: { ...summary, partitions: summary.partitions.length },
    evidence,
  });
  const ordering = evidence.find((item) => item.name === 'ordering')?.value as OrderingCounts | undefined;
  const key = evidence.find((item) => item.name === 'idempotencyKey');
  const shards = shardsFor({
    records: summary.records,
    partitions: context.target.partitions,
    diverts: diverted !== null,
  });
  const breakGlass = judgeBreakGlass({
    policy,
    boundary: flow?.boundary ?? null,
    records: summary.records,
    evidence,
    verdict: verdict.verdict,
  });
  return {
    formatVersion: sealFormat,
    breakGlass,
    routing,
    ramp: policy.ramp,
    gates: { ...policy.gates, targetGroups: destination.targetGroups },
    verify: policy.verify,
    headers: {
      add: replayHeaderNames,
      remove: policy.removeHeaders,
      removeFailureHeaders: destination.kind !== 'quarantine',
      timestamp: policy.timestamp,
    },
    orderingRequired: flow?.boundary.ordering?.required ?? false,
    manifest: summary,
    evidence,
    policy: verdict,
    approvalTtlMs: policy.approvalTtlMs,
    startTtlMs: policy.startTtlMs,
    consequence: consequenceSentence({
      records: summary.records,
      destination,
      ordering: ordering ?? { newerKeys: context.newerKeys },
      ...(diverted && { diverted }),
    }),
    undo: undoSentence({ flow, destination, keySentence: key?.sentence ?? null }),
    ...(diverted && { diversion: diverted }),
    ...(shards > 1 && { shards }),
    ...('filter' in replay.source.selection && { selection: replay.source.selection }),
  };
}

/**
 * Freezes manifest, evidence and seal; sends nothing. The records are held for this replay until it ends. A plan that the policy
 * denies stands as `blocked`, with every rule that fired.
 * @throws SluiceError `forbidden`, `wrong_state`, `nothing_to_replay`, `already_in_replay`, `bound_exceeds_policy`, `policy_changed`,
 * `destination_not_allowed`, `conflict`, `payload_unavailable`, `spool_unavailable`; BrokerFailure
 */
export async function planReplay(deps: ReplayDeps, principal: Principal, id: string): Promise<Replay> {
  const made: Staged[] = [];
  try {
    return await changeReplayState(deps, principal, id, planning(deps, principal, made));
  } finally {
    for (const { stop } of made) stop(noLongerWanted);
    await Promise.allSettled(made.map(({ finished }) => finished));
    const ids = made.map(({ planId }) => planId);
    if (ids.length > 0)
      await deps.database.transact((stores) => stores.planHolds.discard(ids), { timeoutMs: holdsTimeoutMs });
  }
}

/** @param made takes everything that is staged: to be dropped in the end, however it ends */
function planning(deps: ReplayDeps, principal: Principal, made: Staged[]): Act<Prepared> {
  return {
    verb: 'plan',
    permission: 'replay.plan',
    action: 'replay.plan',
    prepare: async (replay) => {
      // Of a replay that was changed meanwhile.
      for (const { stop } of made) stop(noLongerWanted);
      const version = await currentPolicy(deps);
      const situation = await readSituation(deps, replay);
      const { policy, flow, declared, destination, target, diversion, connection, partitionsOf } = situation;
      // The file may say another flow than when it was drafted: that one's people decide from here on.
      authorize(principal, 'replay.plan', { cluster: replay.cluster, flow: declared?.name ?? null });
      const checking = {
        ...{ cluster: replay.cluster, topicId: replay.source.topicId, mask: flow?.mask ?? [] },
        contract: await declaredContract(deps.config, flow),
      };
      const selection = selectionAt(deps, principal, replay, flow);
      const bounded = {
        ...replay,
        source: { ...replay.source, selection },
        ...termsUnder(policy, replay, replay.asked),
      };
      const { stores } = deps.database;
      const staged = await stagePlan(deps.database.planStagings, {
        from: (staging) => replayableFrom(stores, staging, bounded),
        examine: examineInTurn(connection.reader, deps.payloads, replay.cluster),
        terms: {
          replay: bounded,
          destinationPartitions: target.partitions,
          maxMessageBytes: maxMessageBytesOf(target),
          diversion: diversion && {
            partitions: diversion.partitions,
            maxMessageBytes: maxMessageBytesOf(diversion),
          },
          contract: contractChecks(deps.payloads, checking),
          maxAttempts: policy.maxAttemptsPerLineage,
          originTopics:
            flow && destination.kind === 'origin' ? new Set([destination.topic, ...flow.retryTopics]) : null,
          effects: effectQuestions(deps.probes, flow, destination.kind),
          keySpecs: keySpecsOf(flow),
        },
        firstBatchRecords: bounded.canary.records,
        replayId: replay.id,
        partitionsOf,
        portions: deps.planPortions ?? planPortions,
        conclude: async (set) => {
          await requireSomething(deps, bounded, set.frozen);
          const findings = declared ? await deps.flowLooks.now(declared) : [];
          const context = contextOf(bounded, situation, set, findings, stores, deps.clock());
          return { context, evidence: await gatherEvidence(context) };
        },
      });
      made.push(staged);
      if (staged.first.isAll && staged.first.records < manyRecords) await staged.finished;
      const terms = { bounds: bounded.bounds, canary: bounded.canary };
      return { staged, terms, version, flow: declared?.name ?? null, destination, target, diversion };
    },
    decide: async (replay, stores, prepared, now) => {
      if (!prepared) throw new Error('A plan is prepared before it is decided.');
      const { staged, terms, version, flow, destination, target, diversion } = prepared;
      const topicIds = { destination: target.topicId, diverted: diversion?.topicId ?? null };
      const by = { name: principal.name, at: now };
      await holdRecords(stores, replay, topicIds, staged.portions, by).catch(async (error: unknown) => {
        // What breaks a plan takes its staged records away, too: then that is the reason.
        staged.stop(error);
        await staged.finished;
        throw error;
      });
      const { frozen: set, sealed, conclusion } = await stores.planHolds.waitFor(staged.finished);
      await takeManifest(stores, replay.id, { planId: staged.planId, records: set.taken });
      const plan = planOf(conclusion, sealed, version);
      // Holding began before all was read.
      const frozenAt = deps.clock();
      const person = userId(principal.userId);
      const preparedBy = replay.preparedBy.includes(person)
        ? replay.preparedBy
        : [...replay.preparedBy, person];
      const frozen = {
        flow,
        destination: {
          kind: destination.kind,
          topic: destination.topic,
          topicId: topicId(target.topicId),
          partitions: target.partitions,
        },
        ...terms,
        preparedBy,
        plan: { ...plan, preparedBy },
        plannedAt: frozenAt,
        manifestRoot: plan.manifest.root,
        policyVersion: version.version,
        policyHash: version.hash,
        evidenceHash: evidenceHash(plan.evidence),
      };
      const fields = sealFields({ ...replay, ...frozen });
      if (!fields) throw new Error(`Replay ${replay.id} can't be sealed: something of its plan is missing.`);
      const digest = sealDigest(fields);
      const blocked = plan.policy.verdict === 'blocked';
      return {
        change: {
          ...frozen,
          digest,
          state: blocked ? 'blocked' : 'planned',
          stateReason: blocked
            ? plan.policy.rules
                .filter((rule) => rule.effect === 'deny')
                .map((rule) => rule.reason)
                .join('; ')
            : null,
          expiresAt: new Date(frozenAt.getTime() + plan.approvalTtlMs),
        },
        detail: {
          digest,
          root: plan.manifest.root,
          selection: describeSelection(plan.selection ?? replay.source.selection),
          records: plan.manifest.records,
          leftOut: plan.manifest.leftOut,
          destination: destination.topic,
          ...(plan.diversion && {
            diverted: {
              topic: plan.diversion.topic,
              records: plan.diversion.records,
              reasons: plan.diversion.reasons,
            },
          }),
          policyVersion: version.version,
          verdict: plan.policy.verdict,
          rules: plan.policy.rules,
        },
      };
    },
  };
}
