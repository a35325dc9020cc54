import type { Bounds, CanaryTerms, GateTerms, HeaderChanges, Replay, ReplayPlan } from './replay.ts';
import type { Routing } from './routing.ts';

/**
 * What a seal of format 1 covered: how many must approve, the time limits and the required order were not in it (ADR 21). Such a seal can
 * still be recomputed and shown; nothing is sent on its word any more.
 */
export type SealFieldsOfFormat1 = {
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
  edits: readonly never[];
  evidenceHash: string;
  policyHash: string;
  autoStart: boolean;
  /** Only of a preserve. */
  purpose?: 'preserve';
};

/** Exactly as they were sealed then: the digests of old replays have to come out again. */
export const fieldsOfFormat1 = (
  replay: Pick<Replay, 'clusterId' | 'id' | 'requesterId' | 'bounds' | 'canary' | 'autoStart' | 'purpose'>,
  plan: ReplayPlan,
  parts: Pick<SealFieldsOfFormat1, 'manifestRoot' | 'destination' | 'evidenceHash' | 'policyHash'>,
): SealFieldsOfFormat1 => ({
  formatVersion: 1,
  clusterId: replay.clusterId,
  replayId: replay.id,
  requester: replay.requesterId,
  ...parts,
  bounds: replay.bounds,
  canary: replay.canary,
  ramp: plan.ramp,
  gates: plan.gates,
  verify: plan.verify,
  headerChanges: plan.headers,
  edits: [],
  autoStart: replay.autoStart,
  ...(replay.purpose === 'preserve' && { purpose: replay.purpose }),
});
