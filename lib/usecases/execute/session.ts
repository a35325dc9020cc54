import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { WriterSession } from '#lib/broker/port/writer.ts';
import type { LandingRange } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Lease } from '#lib/store/leases.ts';
import type { BatchAhead } from './batch-ahead.ts';
import type { ManifestReader } from './manifest-reader.ts';

/** What one worker holds while it executes one shard of a replay. After any broker error it is thrown away whole (invariant 4). */
export type ExecutionSession = {
  lease: Lease;
  shard: number;
  /** How many shards the replay has. */
  shards: number;
  cluster: ClusterConnection;
  writer: WriterSession;
  manifest: ManifestReader;
  /** The next ordinal to send: what the cursor says. */
  next: number;
  /** Of the shard that conducts: the next ordinal of each other shard, as of its last look. */
  others: Map<number, number>;
  /** Records of this session that landed, those of earlier ones, and of the shard that conducts those of the others: what the target has to get past. */
  landings: LandingRange[];
  /** The same of what was diverted, in the quarantine. */
  divertedLandings: LandingRange[];
  blockedKeys: Set<string>;
  maxMessageBytes: number;
  /** Of the quarantine, where something is diverted. */
  divertedMaxMessageBytes: number | null;
  /** No send before this time: the rate. */
  nextSendAtMs: number;
  /** True once the seal, the approvals and the policy were checked by this session. */
  authorised: boolean;
  /** The batch after the last one, read while that was sent; nothing of it is written before its turn. */
  ahead: BatchAhead | null;
  /** What the last outcome means for its dead letters, being written; done before the next outcome, and before anything else is decided. */
  applying: Promise<void>;
  /** When source and destination were last found to be the topics that were sealed. */
  comparedAtMs: number;
};

/** The cluster of a replay, by its name in the configuration. */
export function clusterOf(
  clusters: ReadonlyMap<string, ClusterConnection>,
  replay: Replay,
): ClusterConnection {
  const cluster = clusters.get(replay.cluster);
  if (!cluster) throw new Error(`Cluster ${replay.cluster} is not configured on this worker.`);
  return cluster;
}
