/** A limit of a topic: `none` where it has none, null where the broker did not tell. */
export type Limit = number | 'none' | null;

/** How long and how much a topic keeps, by its own configuration. Milliseconds and bytes; null is not told. */
export type Keeping = {
  /** True where older records of a key may be compacted away. */
  compacts: boolean | null;
  /** `none` too where the cleanup policy deletes nothing. */
  retentionMs: Limit;
  /** Of each partition, not of the topic. */
  retentionBytes: Limit;
  /** Compaction leaves a record alone for so long. */
  minCompactionLagMs: number | null;
  /** The active segment is closed after so long: records of one segment go together. */
  segmentMs: number | null;
};

function numberOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^-?\d{1,19}$/.test(text)) return null;
  return Number(text);
}

function limitOf(text: string | null | undefined): Limit {
  const value = numberOf(text);
  if (value === null) return null;
  return value < 0 ? 'none' : value;
}

/** Reads a topic's configuration as DescribeConfigs tells it: -1 is no limit, and limits hold only under the cleanup policy `delete`. */
export function keepingOf(config: ReadonlyMap<string, string | null> | undefined): Keeping {
  const policy = config?.get('cleanup.policy') ?? null;
  const policies = policy === null ? null : policy.split(',').map((each) => each.trim());
  const limit = (name: string): Limit =>
    policies === null ? null : policies.includes('delete') ? limitOf(config?.get(name)) : 'none';
  return {
    compacts: policies === null ? null : policies.includes('compact'),
    retentionMs: limit('retention.ms'),
    retentionBytes: limit('retention.bytes'),
    minCompactionLagMs: numberOf(config?.get('min.compaction.lag.ms')),
    segmentMs: numberOf(config?.get('segment.ms')),
  };
}
