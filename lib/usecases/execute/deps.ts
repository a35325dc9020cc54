import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { ReadBack } from '#lib/broker/port/read-back.ts';
import type { ReplayWriter } from '#lib/broker/port/writer.ts';
import type { Convention } from '#lib/domain/dead-letters/convention.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayPolicy } from '#lib/domain/flows/policy.ts';
import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import type { EffectProbe } from '#lib/probes/port.ts';
import type { Database } from '#lib/store/database.ts';
import type { KillPoint } from './kill-point.ts';

/** The target groups as the collector last saw them on the destination topic. */
export type TargetReading = {
  state: 'running' | 'stopped' | 'stalled' | 'unknown';
  lagRecords: bigint | null;
  asOf: Date | null;
};

/** Resolves after so many milliseconds, or as soon as the signal aborts; never rejects. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export type ExecutionTimings = {
  leaseMs: number;
  transactionTimeoutMs: number;
  callTimeoutMs: number;
  /** How often progress and gates are looked at while there is nothing to send. */
  observeMs: number;
  /** Nothing is sent on gates that were judged longer ago: the shard that judges them may be gone. */
  judgedWithinMs: number;
};

export type BatchTerms = {
  /** What goes into one transaction at most. */
  mostRecords: number;
  /** Below this the next batch waits for the rate anyway. */
  worthReadingAhead: number;
  /** Of so many entries one transaction says what became of them, when the verification is closed. */
  closedAtOnce: number;
};
export const batchTerms: BatchTerms = { mostRecords: 6000, worthReadingAhead: 1000, closedAtOnce: 5000 };

/** Everything that executing a replay needs; only the worker's composition has a writer to give. */
export type ExecutionDeps = {
  database: Database;
  clusters: ReadonlyMap<string, ClusterConnection>;
  /** As the principal that writes, of the clusters that may be written to: it makes Sluice's own topic. */
  writing: ReadonlyMap<string, Pick<ClusterConnection, 'admin'>>;
  writers: ReadonlyMap<string, ReplayWriter>;
  readBacks: ReadonlyMap<string, ReadBack>;
  /** Of the policy file that this worker has: it must be the current version (invariant 1). */
  policyHash: () => Sha256;
  /** Of that file: where a preserve may go is what they declare. */
  flows: readonly Flow[];
  /** Of that file, for topics that no flow declares. */
  defaultPolicy: ReplayPolicy;
  /** Who may be asked whether an effect was done. */
  probes: ReadonlyMap<string, EffectProbe>;
  readTarget: (cluster: string, groupIds: readonly string[], topic: string) => Promise<TargetReading>;
  isFailureHeader: (name: string, convention: Convention) => boolean;
  clock: () => Date;
  sleep: Sleep;
  /** A new id for a batch, never given before. */
  newId: () => string;
  timings: ExecutionTimings;
  batches: BatchTerms;
  /** Named moments at which the fault tests end the process. */
  reach: (point: KillPoint) => void;
  log: (message: string) => void;
};

/** Topic of Sluice's own on whose partitions the cursors are committed (invariant 3). */
export const ledgerTopic = 'sluice.ledger';
export const ledgerPartitions = 16;
/** One a shard: waiting for one shard's pending commit must not wait for those of the others. */
export const cursorGroup = (replayId: string, shard = 0): string =>
  shard === 0 ? `sluice.replay.${replayId}` : `sluice.replay.${replayId}.${shard}`;
export const transactionalId = (replayId: string, shard: number): string => `sluice.${replayId}.${shard}`;
export const executionLease = (replayId: string, shard: number): string => `replay:${replayId}:${shard}`;
/** The shard that looks, judges the gates, moves from step to step and closes; the others only send. */
export const conductingShard = 0;
export const auditActor = 'sluice';
