import { authorize } from '#lib/auth/authorize.ts';
import type { LettersPreserved, PreserveBody } from '#lib/contract/preserve.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { lettersDigest } from '#lib/domain/dead-letters/letters-digest.ts';
import { clusterId, clusterName, topicId, topicName } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { tightenTo } from '#lib/domain/replays/bounds.ts';
import { preserveBounds } from '#lib/domain/replays/preserve.ts';
import type { Bounds } from '#lib/domain/replays/replay.ts';
import type { Selection } from '#lib/domain/replays/selection.ts';
import type { Stores } from '#lib/store/database.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { LetterPlace } from '#lib/store/dispositions.ts';
import type { PlanStaging } from '#lib/store/plan-staging.ts';
import { currentPolicy } from './current-policy.ts';
import { allowedLine, masksOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { auditedSelection, requireExpected } from './decide-dead-letters.ts';
import { checkSelection } from './draft-replay.ts';
import { configNumber } from './evidence/context.ts';
import { leftOutInWords } from './evidence/left-out.ts';
import { uncheckedFor } from './plan/contract-checks.ts';
import { effectQuestions } from './plan/effect-questions.ts';
import { examineInTurn } from './plan/examine-in-turn.ts';
import type { FreezeFrom, FrozenSet } from './plan/freeze-manifest.ts';
import { reserveRoots } from './plan/hold-records.ts';
import { connectionOf, requireWritable } from './plan/situation.ts';
import { stagePlan } from './plan/stage-plan.ts';
import { type Quarantine, readQuarantine, requireSafe } from './preserve/read-quarantine.ts';
import {
  type PreserveTerms,
  type SealedPreserve,
  type SealedSet,
  sealPreserve,
} from './preserve/seal-preserve.ts';
import type { ReplayDeps } from './replay-deps.ts';

const defaultMaxMessageBytes = 1_048_588;
const timeoutMs = 120_000;

/** What is open or came back of the selection and is not in the quarantine yet; a copy is no attempt. */
function preservableFrom(
  stores: Pick<Stores, 'preserveSelection'>,
  staging: Pick<PlanStaging, 'candidates'>,
  source: { clusterId: string; topicId: string; selection: Selection },
  quarantineTopicId: string,
): FreezeFrom {
  const { preserveSelection } = stores;
  return {
    count: async () => {
      const { preservable, preserved, decided, expired } = await preserveSelection.count(
        source,
        quarantineTopicId,
      );
      return { taken: preservable, leftOut: { already_preserved: preserved, decided, expired } };
    },
    pages: (rows) => staging.candidates(preserveSelection.candidates(source, quarantineTopicId), rows),
    pagesTellAll: false,
    countsAsAttempt: false,
  };
}

/** @throws SluiceError `nothing_to_replay` */
function requireSome(topic: string, { taken, leftOutReasons }: FrozenSet): void {
  if (taken > 0) return;
  const why = leftOutInWords(leftOutReasons);
  throw new SluiceError(
    'nothing_to_replay',
    `Nothing of ${topic} is to be copied: no dead letter that the selection names is open and not in the quarantine yet${why.length > 0 ? ` (left out: ${why.join(', ')})` : ''}.`,
    { fields: { leftOut: leftOutReasons } },
  );
}

/** Takes the sealed set in one transaction: from here on a worker copies it. @throws SluiceError `already_in_replay`, `conflict` */
async function begin(
  stores: Stores,
  principal: Principal,
  topic: TopicRow,
  sealed: SealedPreserve,
  records: readonly TakenPlace[],
  detail: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { draft, start, planId } = sealed;
  const quarantineTopicId = draft.destination.topicId ?? '';
  await stores.dispositions.lockTopic(topic.clusterId, topic.topicId);
  const gone = await stores.preserveSelection.noLonger(topic.clusterId, quarantineTopicId, records);
  if (gone > 0)
    throw new SluiceError(
      'conflict',
      `${gone.toLocaleString('en-US')} of the records were decided on or copied by somebody else in this moment. Nothing was begun: look again.`,
    );
  const created = await stores.replays.create(draft);
  await reserveRoots(stores, created, quarantineTopicId, records);
  await stores.planHolds.takeChunks(planId, created.id);
  const started = await stores.replays.update(created.id, created.revision, start, draft.createdAt);
  if (!started) throw new Error(`Preserve ${created.id} was changed before it was begun.`);
  await stores.audit.append(
    allowedLine(principal, topic, {
      action: 'dead_letters.preserve',
      resource: `replay/${created.id}`,
      detail: { ...detail, seal: started.digest, reason: draft.reason },
    }),
  );
  return created.id;
}

type TakenPlace = LetterPlace & { lineageRoot: string };
type Frozen = SealedSet & { records: readonly TakenPlace[] };

async function freeze(
  deps: ReplayDeps,
  topic: TopicRow,
  quarantine: Quarantine,
  terms: { selection: Selection; bounds: Bounds },
): Promise<Frozen> {
  const { clusterId: ofCluster, topicId: ofTopic } = topic;
  const from = { clusterId: ofCluster, topicId: ofTopic, selection: terms.selection };
  const records: TakenPlace[] = [];
  const { target, partitionsOf } = quarantine;
  const { reader } = connectionOf(deps, topic.cluster);
  const staged = await stagePlan(deps.database.planStagings, {
    from: (staging) => preservableFrom(deps.database.stores, staging, from, target.topicId),
    examine: examineInTurn(reader, deps.payloads, topic.cluster),
    firstBatchRecords: 0,
    replayId: '',
    partitionsOf,
    portions: null,
    onTaken: ({ partition, offset, lineageRoot }) => {
      records.push({ topicId: ofTopic, partition, offset, lineageRoot });
    },
    terms: {
      replay: {
        clusterId: clusterId(ofCluster),
        source: {
          topic: topicName(topic.topic),
          topicId: topicId(ofTopic),
          selection: terms.selection,
        },
        destination: { kind: 'quarantine' },
        bounds: terms.bounds,
      },
      destinationPartitions: target.partitions,
      maxMessageBytes: configNumber(target.config, 'max.message.bytes') ?? defaultMaxMessageBytes,
      maxAttempts: Number.POSITIVE_INFINITY,
      effects: effectQuestions(new Map(), null, 'quarantine'),
      contract: uncheckedFor('A copy is kept as it is.'),
      diversion: null,
      keySpecs: [],
      originTopics: null,
    },
    conclude: async (set) => set,
  });
  const { sealed, conclusion } = await staged.finished;
  return { ...conclusion, summary: { ...conclusion.summary, root: sealed.root }, records };
}

/**
 * Begins a copy of open dead letters into the quarantine that their flow declares; the originals stay open. Nobody has to approve it, so it only goes
 * where Kafka says now that nobody reads, nothing is compacted and everything stays longer; each record once, by the ledger. It answers how many and
 * the digest of their coordinates; with `expect` it copies exactly those or refuses; with `dryRun` it changes nothing.
 * @throws SluiceError not_found, forbidden, no_flow, destination_not_allowed, bound_exceeds_policy, bad_request, empty_selection, nothing_to_replay,
 * already_in_replay, conflict, policy_changed; BrokerFailure
 */
export async function preserveDeadLetters(
  deps: ReplayDeps,
  principal: Principal,
  of: TopicRef,
  body: PreserveBody,
): Promise<LettersPreserved> {
  const topic = await requireTopic(deps, principal, of);
  authorize(principal, 'dead_letters.preserve', { cluster: topic.cluster, flow: topic.flow });
  const checked = checkSelection(principal, body.selection, { ...topic, masks: masksOf(deps.config, topic) });
  const selection = 'filter' in checked ? { ...checked, now: deps.clock().toISOString() } : checked;
  const bounds = tightenTo(preserveBounds, body.bounds);
  requireWritable(deps, of.cluster);
  const connection = connectionOf(deps, of.cluster);
  const quarantine = await readQuarantine(connection, deps.config.flows, of.topic);
  requireSafe(quarantine);
  const version = await currentPolicy(deps);
  if (quarantine.source.topicId !== topic.topicId)
    throw new SluiceError(
      'conflict',
      `${of.topic} was recreated, and the index has not seen that yet. Try again in a few seconds.`,
    );
  const staged = await freeze(deps, topic, quarantine, { selection, bounds });
  try {
    return await preserveStaged(deps, principal, topic, body, staged, {
      source: { topic: topicName(topic.topic), topicId: topicId(topic.topicId), selection: checked },
      cluster: { cluster: clusterName(topic.cluster), clusterId: clusterId(topic.clusterId) },
      by: principal,
      reason: body.reason ?? '',
      now: deps.clock(),
      ...{ bounds, quarantine, staged, selection, version },
    });
  } finally {
    await deps.database.transact((stores) => stores.planHolds.discard([staged.planId]), { timeoutMs });
  }
}

async function preserveStaged(
  deps: ReplayDeps,
  principal: Principal,
  topic: TopicRow,
  body: PreserveBody,
  { frozen, records }: Frozen,
  terms: PreserveTerms,
): Promise<LettersPreserved> {
  const found = { records: records.length, digest: lettersDigest(topic.topicId, records) };
  requireExpected(found, body.expect);
  const answer = {
    ...found,
    bytes: frozen.bytes,
    leftOut: { ...frozen.leftOutReasons },
    quarantine: terms.quarantine.topic as string,
    checks: [...terms.quarantine.checks],
    recordsPerSecond: terms.bounds.recordsPerSecond,
  };
  if (body.dryRun) return { ...answer, dryRun: true, replayId: null };
  requireSome(topic.topic, frozen);
  const detail = {
    ...found,
    bytes: frozen.bytes,
    leftOut: answer.leftOut,
    quarantine: terms.quarantine.topic,
    selection: auditedSelection(terms.selection),
  };
  const sealed = sealPreserve(terms);
  const begun = await deps.database.transact(
    (stores) => begin(stores, principal, topic, sealed, records, detail),
    { timeoutMs },
  );
  return { ...answer, dryRun: false, replayId: begun };
}
