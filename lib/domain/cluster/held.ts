import type { PartitionPlace } from './finding.ts';

/** A partition whose last stable offset stands still below its high watermark: read_committed consumers wait there. */
export type HeldPartition = PartitionPlace & {
  lastStable: bigint;
  highWatermark: bigint;
  sinceMs: number;
};
type Ends = { lastStable: bigint | null; highWatermark: bigint | null };

/**
 * Adds a poll: a partition stays held while its last stable offset has not moved. One that moves is ordinary transactional traffic.
 * Partitions that were not read stay as they were.
 */
export function holdPartitions(
  before: ReadonlyMap<string, HeldPartition>,
  readings: Iterable<readonly [key: string, PartitionPlace & Ends]>,
  atMs: number,
): Map<string, HeldPartition> {
  const held = new Map<string, HeldPartition>();
  for (const [key, { topic, partition, lastStable, highWatermark }] of readings) {
    const known = before.get(key);
    if (lastStable === null || highWatermark === null) {
      if (known) held.set(key, known);
      continue;
    }
    if (highWatermark <= lastStable) continue;
    const sinceMs = known?.lastStable === lastStable ? known.sinceMs : atMs;
    held.set(key, { topic, partition, lastStable, highWatermark, sinceMs });
  }
  return held;
}

/** Those that have been held for long enough to ask who does it. */
export const heldLongerThan = (
  held: ReadonlyMap<string, HeldPartition>,
  ms: number,
  atMs: number,
): HeldPartition[] => [...held.values()].filter((each) => atMs - each.sinceMs >= ms);
