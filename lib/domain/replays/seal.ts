import { hash } from 'node:crypto';
import type { Sha256 } from '../kernel/brand.ts';
import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import type { Evidence } from './evidence.ts';
import type {
  Bounds,
  CanaryTerms,
  Diversion,
  GateTerms,
  HeaderChanges,
  ManifestSummary,
  PolicyVerdict,
  Replay,
  ReplayPlan,
  ReplayPurpose,
} from './replay.ts';
import type { Routing } from './routing.ts';
import { fieldsOfFormat1, type SealFieldsOfFormat1 } from './seal-format-1.ts';
import type { Selection } from './selection.ts';

/** Format of the seals that are made now, and the only one on whose word anything is sent. */
export const sealFormat = 2;

/**
 * Exactly what an approval is of (design.md, "seal"; ADR 21): everything of a plan that its execution or its approval reads, and every
 * sentence that the approver read.
 */
export type SealFields = {
  formatVersion: typeof sealFormat;
  purpose: ReplayPurpose;
  cluster: string;
  clusterId: string;
  flow: string | null;
  replayId: string;
  requester: string;
  /** Who had drafted, edited or planned it by then: ids of users, none of whom may approve. */
  preparedBy: readonly string[];
  reason: string;
  ticket: string | null;
  source: { topic: string; topicId: string; selection: Selection };
  manifestRoot: string;
  manifest: ManifestSummary;
  destination: { topicId: string; topic: string; kind: string; partitions: number; routing: Routing };
  /** Only where entries are diverted (ADR 26): a plan without is sealed as it was before there were any. */
  diversion?: Diversion;
  /** Only where several shards execute it. */
  shards?: number;
  bounds: Bounds;
  canary: CanaryTerms;
  ramp: readonly number[];
  gates: GateTerms;
  verify: ReplayPlan['verify'];
  headerChanges: HeaderChanges;
  orderingRequired: boolean;
  /** Edits of records come later; the place in the seal is theirs. */
  edits: readonly never[];
  evidenceHash: string;
  policyHash: string;
  policyVersion: number;
  /** With how many must approve. */
  policy: PolicyVerdict;
  /** RFC 3339; both limits count from here or from the last approval. */
  frozenAt: string | null;
  approvalTtlMs: number;
  startTtlMs: number;
  breakGlass: NonNullable<ReplayPlan['breakGlass']> | null;
  consequence: string;
  undo: string;
  autoStart: boolean;
};
export type AnySealFields = SealFields | SealFieldsOfFormat1;

const sha256 = (text: string): Sha256 => hash('sha256', text, 'hex') as Sha256;

/** SHA-256 over the canonical JSON of the fields: the digest that gets approved. */
export const sealDigest = (fields: AnySealFields): Sha256 =>
  sha256(canonicalJson(fields as unknown as CanonicalValue));

export const evidenceHash = (evidence: readonly Evidence[]): Sha256 =>
  sha256(canonicalJson(evidence as unknown as CanonicalValue));

/** What a planned replay seals, read from its row; null before it is planned, or when its format is not known here. */
export function sealFields(replay: Replay): AnySealFields | null {
  const { plan, destination, manifestRoot, policyHash, policyVersion, source } = replay;
  if (!plan || !manifestRoot || !policyHash || !destination.topicId || destination.partitions === null)
    return null;
  const parts = {
    manifestRoot,
    destination: {
      topicId: destination.topicId,
      topic: destination.topic,
      kind: destination.kind,
      partitions: destination.partitions,
      routing: plan.routing,
    },
    evidenceHash: evidenceHash(plan.evidence),
    policyHash,
  };
  if (plan.formatVersion === 1) return fieldsOfFormat1(replay, plan, parts);
  if (plan.formatVersion !== sealFormat || policyVersion === null) return null;
  return {
    formatVersion: sealFormat,
    purpose: replay.purpose,
    cluster: replay.cluster,
    clusterId: replay.clusterId,
    flow: replay.flow,
    replayId: replay.id,
    requester: replay.requesterId,
    preparedBy: plan.preparedBy ?? [],
    reason: replay.reason,
    ticket: replay.ticket,
    source: { ...source, selection: plan.selection ?? source.selection },
    ...parts,
    manifest: plan.manifest,
    ...(plan.diversion && { diversion: plan.diversion }),
    ...(plan.shards !== undefined && { shards: plan.shards }),
    bounds: replay.bounds,
    canary: replay.canary,
    ramp: plan.ramp,
    gates: plan.gates,
    verify: plan.verify,
    headerChanges: plan.headers,
    orderingRequired: plan.orderingRequired,
    edits: [],
    policyVersion,
    policy: plan.policy,
    frozenAt: replay.plannedAt?.toISOString() ?? null,
    approvalTtlMs: plan.approvalTtlMs,
    startTtlMs: plan.startTtlMs,
    breakGlass: plan.breakGlass ?? null,
    consequence: plan.consequence,
    undo: plan.undo,
    autoStart: replay.autoStart,
  };
}

export type SealStanding = 'holds' | 'broken' | 'earlier_format';

/**
 * Whether the row still says what its digest was computed from: any change after approval shows here (invariant 1). A seal of format 1
 * that fits is told apart from a broken one, and does not hold: it covers too little.
 */
export function sealStanding(replay: Replay): SealStanding {
  const fields = sealFields(replay);
  if (fields === null || replay.digest === null || sealDigest(fields) !== replay.digest) return 'broken';
  return fields.formatVersion === sealFormat ? 'holds' : 'earlier_format';
}

export const earlierFormatSentence =
  'It was sealed by an earlier version of Sluice, whose seal (format 1) does not cover how many must approve';
