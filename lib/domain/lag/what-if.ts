import { drainMs } from './drain.ts';
import { nextToRead, type PartitionOffsets } from './offsets.ts';

/** Where a group would be moved to; the words are those of kafka-consumer-groups --reset-offsets. */
export type ResetTarget =
  | { kind: 'offset'; offset: bigint }
  | { kind: 'timestamp'; atMs: number }
  | { kind: 'earliest' }
  | { kind: 'latest' }
  | { kind: 'shift'; by: bigint };

export const resetClamps = ['log_start', 'end', 'no_later_record'] as const;
/** What kept the wish from being met: raised to the log start, lowered to the end, or no record at or after the time, so the end. */
export type ResetClamp = (typeof resetClamps)[number];

export type WhatIfInput = PartitionOffsets & {
  /** Of a timestamp: the first record at or after it; null when there is none. */
  atTime: bigint | null;
  /** Records a second as of the last rounds; null is not known. */
  consumeRate: number | null;
  produceRate: number | null;
};

export type WhatIfPartition = {
  from: bigint | null;
  /** Where Kafka's tool would put the group; null when it can't be told, or when it refuses (a shift from nothing). */
  to: bigint | null;
  clamp: ResetClamp | null;
  /** Offsets that would be read again, at most as many records; null when the group never committed: what it read is not known. */
  reprocessed: bigint | null;
  /** Offsets that would never be read. */
  skipped: bigint | null;
  /** Offsets asked for that retention has taken; null when it can't be told what once stood there. */
  expired: bigint | null;
  /** What would wait to be read after the move. */
  lagRecords: bigint | null;
  drainMs: number | null;
};

const positive = (value: bigint) => (value > 0n ? value : 0n);

const nothing = (from: bigint | null): WhatIfPartition => ({
  from,
  to: null,
  clamp: null,
  reprocessed: null,
  skipped: null,
  expired: null,
  lagRecords: null,
  drainMs: null,
});

type Landing = Pick<WhatIfPartition, 'to' | 'clamp' | 'expired'>;

/** An offset that is wanted, held between the log start and the end as the tool does (OffsetsUtils.checkOffsetsRange). */
function within(wanted: bigint, logStart: bigint, end: bigint): Landing {
  const expired = positive(logStart - wanted);
  if (wanted > end) return { to: end, clamp: 'end', expired };
  if (wanted < logStart) return { to: logStart, clamp: 'log_start', expired };
  return { to: wanted, clamp: null, expired };
}

function landing(target: ResetTarget, input: WhatIfInput, logStart: bigint, end: bigint): Landing | null {
  switch (target.kind) {
    case 'earliest':
      return { to: logStart, clamp: null, expired: 0n };
    case 'latest':
      return { to: end, clamp: null, expired: 0n };
    case 'offset':
      return within(target.offset, logStart, end);
    case 'shift':
      return input.committed === null ? null : within(input.committed + target.by, logStart, end);
    case 'timestamp':
      if (input.atTime === null) return { to: end, clamp: 'no_later_record', expired: 0n };
      // The oldest record left is already as late as the time asked for: whether retention took others as late, nobody can tell.
      return {
        to: input.atTime,
        clamp: null,
        expired: input.atTime <= logStart && logStart > 0n ? null : 0n,
      };
  }
}

/**
 * What moving one partition of a group would do. `to` is what kafka-consumer-groups --reset-offsets computes for the same offsets; all else follows
 * from it. Offsets are counted, so markers and compacted records are in: records are at most as many. Whatever rests on an unknown is null.
 */
export function whatIf(target: ResetTarget, input: WhatIfInput): WhatIfPartition {
  const { committed: from, logStart, highWatermark: end } = input;
  if (logStart === null || end === null) return nothing(from);
  const landed = landing(target, input, logStart, end);
  if (landed === null || landed.to === null) return nothing(from);
  const { to } = landed;
  const next = nextToRead({ committed: from, logStart });
  const lagRecords = positive(end - to);
  return {
    from,
    ...landed,
    // Past the end there is nothing that could be read again.
    reprocessed: from === null ? null : positive(from - to) - positive(from - end),
    skipped: next === null ? null : positive(to - next),
    lagRecords,
    drainMs: drainMs(lagRecords, { consume: input.consumeRate, produce: input.produceRate }),
  };
}

export type WhatIfTotals = {
  partitions: number;
  /** Partitions whose committed offset would change. */
  moved: number;
  /** Partitions of which it can't be told where they would land. */
  unknown: number;
  reprocessed: bigint | null;
  skipped: bigint | null;
  expired: bigint | null;
  lagRecords: bigint | null;
  /** Until the slowest partition is through; null as soon as one is not known. */
  drainMs: number | null;
};

const sum = (values: readonly (bigint | null)[]): bigint | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0n);
};

/** Sums over what is known; with nothing known they are null. */
export function whatIfTotals(partitions: readonly WhatIfPartition[]): WhatIfTotals {
  const drains = partitions.map((each) => each.drainMs);
  const known = drains.filter((each) => each !== null);
  return {
    partitions: partitions.length,
    moved: partitions.filter((each) => each.to !== null && each.to !== each.from).length,
    unknown: partitions.filter((each) => each.to === null).length,
    reprocessed: sum(partitions.map((each) => each.reprocessed)),
    skipped: sum(partitions.map((each) => each.skipped)),
    expired: sum(partitions.map((each) => each.expired)),
    lagRecords: sum(partitions.map((each) => each.lagRecords)),
    drainMs:
      known.length === 0 || known.length < drains.length ? null : known.reduce((a, b) => Math.max(a, b), 0),
  };
}
