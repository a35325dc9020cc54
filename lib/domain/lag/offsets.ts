/** What one poll saw of a partition; null is "not known", for `committed` also "never committed". */
export type PartitionOffsets = {
  committed: bigint | null;
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
};

export type OffsetLag = {
  /**
   * highWatermark - max(committed, logStart): what is there to read; negative when committed past the end. Kafka's own tools count from
   * the committed offset alone, so where retention took records they say this plus `expiredRecords`.
   */
  lagRecords: bigint | null;
  /** The same to the last stable offset: what a read_committed consumer can get at now. */
  lagStableRecords: bigint | null;
  /** Records that retention took before they were read. */
  expiredRecords: bigint | null;
};

const greater = (a: bigint, b: bigint) => (a > b ? a : b);

/** Where the group reads on: past what retention took. null when that is not known. */
export function nextToRead({
  committed,
  logStart,
}: Pick<PartitionOffsets, 'committed' | 'logStart'>): bigint | null {
  return committed === null || logStart === null ? null : greater(committed, logStart);
}

/** Lag by offsets (api.md). Anything that rests on an unknown offset is null, never 0. */
export function offsetLag({ committed, logStart, lastStable, highWatermark }: PartitionOffsets): OffsetLag {
  if (committed === null || logStart === null)
    return { lagRecords: null, lagStableRecords: null, expiredRecords: null };
  const from = greater(committed, logStart);
  return {
    lagRecords: highWatermark === null ? null : highWatermark - from,
    // A transactional commit may stand past the last stable offset of another partition's open transaction: nothing is left to read then.
    lagStableRecords: lastStable === null ? null : committed > lastStable ? 0n : lastStable - from,
    expiredRecords: logStart > committed ? logStart - committed : 0n,
  };
}
