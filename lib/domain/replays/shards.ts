import type { ManifestEntry } from './manifest.ts';
import type { Replay } from './replay.ts';

/** Below this many entries the take-overs of several shards cost more than they bring. */
const worthSharing = 20_000;
const mostShards = 4;

/**
 * How many shards execute a plan, each under a lease of its own (design.md, invariant 5). One where something is diverted: a diverted record blocks
 * its key in the destination, which another shard might be sending.
 */
export function shardsFor(plan: { records: number; partitions: number; diverts: boolean }): number {
  return plan.diverts || plan.records < worthSharing ? 1 : Math.max(1, Math.min(mostShards, plan.partitions));
}

/** The shard that sends an entry: by destination partition, so that records of a key stay with one worker, in their order. */
export const shardOf = (
  { destinationPartition }: Pick<ManifestEntry, 'destinationPartition'>,
  shards: number,
) => destinationPartition % shards;

export const shardCountOf = ({ plan }: Pick<Replay, 'plan'>): number => plan?.shards ?? 1;

/** 0 to one less than it has. */
export const shardsOf = (replay: Pick<Replay, 'plan'>): number[] =>
  Array.from({ length: shardCountOf(replay) }, (_, shard) => shard);
