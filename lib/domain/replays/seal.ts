import { hash } from 'node:crypto';
import type { Sha256 } from '../kernel/brand.ts';
import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import type { Evidence } from './evidence.ts';
import type { Bounds, CanaryTerms, GateTerms, HeaderChanges, Replay, ReplayPlan } from './replay.ts';
import type { Routing } from './routing.ts';

/** Exactly what an approval is of (design.md, "seal"). */
export type SealFields = {
  formatVersion: 1;
  clusterId: string;
  replayId: string;
  requester: string;
  manifestRoot: string;
  destination: { topicId: string; topic: string; kind: string; partitions: number; routing: Routing };
  bounds: Bounds;
  canary: CanaryTerms;
  ramp: readonly number[];
  gates: GateTerms;
  verify: ReplayPlan['verify'];
  headerChanges: HeaderChanges;
  /** Edits of records come later; the place in the seal is theirs. */
  edits: readonly never[];
  evidenceHash: string;
  policyHash: string;
  autoStart: boolean;
  /** Only of a preserve: nobody approves it, so nothing else may pass for one. */
  purpose?: 'preserve';
};

const sha256 = (text: string): Sha256 => hash('sha256', text, 'hex') as Sha256;

/** SHA-256 over the canonical JSON of the fields: the digest that gets approved. */
export const sealDigest = (fields: SealFields): Sha256 =>
  sha256(canonicalJson(fields as unknown as CanonicalValue));

export const evidenceHash = (evidence: readonly Evidence[]): Sha256 =>
  sha256(canonicalJson(evidence as unknown as CanonicalValue));

/** What a planned replay seals, read from its row; null before it is planned. */
export function sealFields(replay: Replay): SealFields | null {
  const { plan, destination, manifestRoot, policyHash } = replay;
  if (!plan || !manifestRoot || !policyHash || !destination.topicId || destination.partitions === null)
    return null;
  return {
    formatVersion: plan.formatVersion,
    clusterId: replay.clusterId,
    replayId: replay.id,
    requester: replay.requesterId,
    manifestRoot,
    destination: {
      topicId: destination.topicId,
      topic: destination.topic,
      kind: destination.kind,
      partitions: destination.partitions,
      routing: plan.routing,
    },
    bounds: replay.bounds,
    canary: replay.canary,
    ramp: plan.ramp,
    gates: plan.gates,
    verify: plan.verify,
    headerChanges: plan.headers,
    edits: [],
    evidenceHash: evidenceHash(plan.evidence),
    policyHash,
    autoStart: replay.autoStart,
    ...(replay.purpose === 'preserve' && { purpose: replay.purpose }),
  };
}

/** True when the row still says what its digest was computed from: any change after approval shows here (invariant 1). */
export function sealHolds(replay: Replay): boolean {
  const fields = sealFields(replay);
  return fields !== null && replay.digest !== null && sealDigest(fields) === replay.digest;
}
