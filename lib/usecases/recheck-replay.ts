import { type ErrorCode, SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { worseSince } from '#lib/domain/replays/evidence-change.ts';
import { manifestRoot } from '#lib/domain/replays/manifest.ts';
import { evaluatePolicy, worseThan } from '#lib/domain/replays/policy.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { earlierFormatSentence, sealStanding } from '#lib/domain/replays/seal.ts';
import type { Stores } from '#lib/store/database.ts';
import { type Decision, releaseHolds } from './change-replay-state.ts';
import { currentPolicy } from './current-policy.ts';
import { evidenceOfNow } from './plan/evidence-of-now.ts';
import { recordsExpired } from './plan/records-expired.ts';
import { connectionOf, readSituation, requireWritable, type Situation } from './plan/situation.ts';
import { readQuarantine, requireSafe } from './preserve/read-quarantine.ts';
import type { ReplayDeps } from './replay-deps.ts';

/** Codes by which the world has drifted from what was frozen; anything else is not the plan's fault. */
const drift = new Set(['conflict', 'destination_not_allowed', 'no_flow', 'not_found']);

const worse = (reason: string) =>
  new SluiceError('evidence_worse', `${reason} The plan no longer holds: look at what changed.`);

/** What can be done about a plan that does not hold any more. What has started can't be planned again. */
const whatNow = ({ startedAt }: Pick<Replay, 'startedAt'>): string =>
  startedAt === null ? 'Plan again.' : 'Abort it: what was not sent is open again, and can be planned anew.';
const plannedAnew = new Set<ErrorCode>(['evidence_worse', 'policy_changed', 'plan_expired']);

async function situationOrDrift(deps: ReplayDeps, replay: Replay): Promise<Situation | SluiceError> {
  try {
    return await readSituation(deps, replay);
  } catch (error) {
    if (error instanceof SluiceError && drift.has(error.code)) return worse(error.message);
    throw error;
  }
}

/** What was asked again of a plan. `drift` is null where it still holds; `evidence` is the frozen one with what changes answered anew. */
export type Recheck = { drift: SluiceError | null; evidence: readonly Evidence[] };

/**
 * Whether a frozen plan still holds: seal and manifest untouched, policy the same, topics the same, no deny rule newly fired, and before it starts
 * nobody else reading what it sends (design.md, approve: anything worse voids). Answers the refusal instead of throwing it, so that the caller can void
 * the plan.
 * @throws SluiceError when that can't be told here and now; BrokerFailure
 */
export async function recheckReplay(deps: ReplayDeps, replay: Replay): Promise<Recheck> {
  const evidence: Evidence[] = [...(replay.plan?.evidence ?? [])];
  const found = await driftOf(deps, replay, evidence);
  const drift =
    found && plannedAnew.has(found.code)
      ? new SluiceError(found.code, `${found.message} ${whatNow(replay)}`, { cause: found })
      : found;
  return { drift, evidence };
}

/** @param evidence of the plan; what changes is put in its place as it is now */
async function driftOf(deps: ReplayDeps, replay: Replay, evidence: Evidence[]): Promise<SluiceError | null> {
  const { plan } = replay;
  const standing = sealStanding(replay);
  if (standing === 'earlier_format') return new SluiceError('plan_expired', `${earlierFormatSentence}.`);
  if (!plan || standing !== 'holds')
    return new SluiceError('digest_mismatch', 'What is stored of this replay no longer fits its seal.');
  if (manifestRoot(await deps.database.stores.manifestChunks.outline(replay.id)) !== replay.manifestRoot)
    return new SluiceError('digest_mismatch', 'The stored manifest no longer has the root that was sealed.');
  const policy = await currentPolicy(deps);
  if (policy.hash !== replay.policyHash)
    return new SluiceError(
      'policy_changed',
      `The plan was frozen under policy version ${replay.policyVersion}; version ${policy.version} is in force now.`,
    );
  if (replay.purpose === 'preserve') return recheckPreserve(deps, replay);
  const situation = await situationOrDrift(deps, replay);
  if (situation instanceof SluiceError) return situation;
  const { target, destination, policy: rules, flow } = situation;
  if (target.topicId !== replay.destination.topicId)
    return worse(`${destination.topic} was recreated since the plan was frozen.`);
  if (target.partitions !== replay.destination.partitions)
    return worse(
      `${destination.topic} has ${target.partitions} partitions now, not ${replay.destination.partitions}.`,
    );
  const { diversion } = plan;
  if (diversion && situation.diversion?.topicId !== diversion.topicId)
    return worse(
      `The quarantine ${diversion.topic}, to which ${diversion.records} of the records are diverted, is not the topic that was frozen any more.`,
    );
  if (diversion && situation.diversion?.partitions !== diversion.partitions)
    return worse(
      `The quarantine ${diversion.topic} has ${situation.diversion?.partitions} partitions now, not ${diversion.partitions}.`,
    );
  const expired = replay.startedAt === null ? await recordsExpired(situation.connection, replay) : null;
  if (expired) return worse(expired);
  const changed = new Map((await evidenceOfNow(deps, replay, situation)).map((item) => [item.name, item]));
  evidence.splice(0, evidence.length, ...plan.evidence.map((item) => changed.get(item.name) ?? item));
  const now = evaluatePolicy({
    policy: rules,
    boundary: flow?.boundary ?? null,
    version: policy.version,
    hash: policy.hash,
    destination: destination.kind,
    ticket: replay.ticket,
    manifest: { ...plan.manifest, partitions: plan.manifest.partitions.length },
    evidence,
  });
  const reasons = [
    ...worseThan(plan.policy, now),
    ...(replay.startedAt === null ? worseSince(plan.evidence, evidence) : []),
  ];
  return reasons.length > 0 ? worse(`${reasons.join('; ')}.`.replace(/\.\.$/, '.')) : null;
}

/** A preserve has no rules to run again: what it may go into has to be what it was. */
async function recheckPreserve(deps: ReplayDeps, replay: Replay): Promise<SluiceError | null> {
  try {
    requireWritable(deps, replay.cluster);
    const connection = connectionOf(deps, replay.cluster);
    const quarantine = await readQuarantine(connection, deps.config.flows, replay.source.topic);
    requireSafe(quarantine);
    return quarantine.target.topicId === replay.destination.topicId
      ? null
      : worse(`${replay.destination.topic} is not the quarantine that was sealed any more.`);
  } catch (error) {
    if (error instanceof SluiceError && drift.has(error.code)) return worse(error.message);
    throw error;
  }
}

/** Back to a draft: the seal, its approvals and what it held are void; the reason stays. Call inside a transaction. */
export async function voidPlan(stores: Stores, replay: Replay, refusal: SluiceError): Promise<Decision> {
  await releaseHolds(stores, replay);
  await stores.manifestChunks.replace(replay.id, []);
  return {
    action: 'replay.void',
    refusal,
    detail: { code: refusal.code, reason: refusal.message, digest: replay.digest, was: replay.state },
    change: {
      state: 'draft',
      stateReason: refusal.message,
      plan: null,
      manifestRoot: null,
      digest: null,
      policyVersion: null,
      policyHash: null,
      evidenceHash: null,
      plannedAt: null,
      expiresAt: null,
      submittedAt: null,
      approvedAt: null,
      startBy: null,
    },
  };
}
