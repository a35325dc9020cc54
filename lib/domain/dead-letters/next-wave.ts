import type { Convention } from './convention.ts';

/**
 * How it is known when what waits is due. `every_record`: from the header of each; `sample`: from the first and last of each partition; `no_header`:
 * the records that were looked at name no time; `nothing`: none waits. Unknown, count and all: `no_topic` (it is not there, or may not be seen),
 * `no_group` (nobody has ever committed there), `never_committed` (nobody has on some partition that holds records), `not_read` (Kafka refused).
 */
export const waveMethods = [
  'every_record',
  'sample',
  'no_header',
  'nothing',
  'no_topic',
  'no_group',
  'never_committed',
  'not_read',
] as const;
export type WaveMethod = (typeof waveMethods)[number];

/** A record in a retry topic that its group has not passed yet. */
export type WaitingRecord = {
  atMs: number | null;
  /** When it is to be tried again, as its framework wrote it down. */
  dueAtMs: number | null;
  convention: Convention;
  /** Made so far. */
  attempts: number | null;
  /** Of the failure group in which it stands if it dead-letters as it failed last. */
  fingerprint: string;
};

/** One partition of a retry topic; null where the offset is not known. */
export type WaitingPartition = {
  partition: number;
  committed: bigint | null;
  logStart: bigint;
  lastStable: bigint;
};
export type WaitingRange = { partition: number; from: bigint; to: bigint };

export type Wave = {
  waitingRecords: number | null;
  /** Of them, how many were looked at: everything below is said of these alone. */
  lookedAtRecords: number;
  oldestAtMs: number | null;
  dueFirstAtMs: number | null;
  dueLastAtMs: number | null;
  /** Those whose next try is their last one, going by how often the topic's dead letters had been tried; null where that is not known. */
  lastTryRecords: number | null;
  /** Before this none of them can dead-letter. */
  deadLettersFirstAtMs: number | null;
  method: WaveMethod;
  /** By failure group, those that name a failure; the most first. */
  failures: readonly { fingerprint: string; records: number }[];
};

const higher = (a: bigint, b: bigint) => (a > b ? a : b);

/**
 * What of a retry topic a group has not passed yet, in offsets: markers of transactions and compacted records count too, so it is an upper bound.
 * `never_committed` when that can't be told of a partition that holds something.
 */
export function waitingRanges(partitions: readonly WaitingPartition[]): WaitingRange[] | 'never_committed' {
  const ranges: WaitingRange[] = [];
  for (const { partition, committed, logStart, lastStable } of partitions) {
    if (lastStable <= logStart) continue;
    if (committed === null) return 'never_committed';
    const from = higher(committed, logStart);
    if (from < lastStable) ranges.push({ partition, from, to: lastStable });
  }
  return ranges;
}

const unknownWave = (method: WaveMethod): Wave => ({
  waitingRecords: null,
  lookedAtRecords: 0,
  oldestAtMs: null,
  dueFirstAtMs: null,
  dueLastAtMs: null,
  lastTryRecords: null,
  deadLettersFirstAtMs: null,
  method,
  failures: [],
});

/** Nothing is known, for this reason. */
export const waveUnknown = (
  method: Extract<WaveMethod, 'no_topic' | 'no_group' | 'never_committed' | 'not_read'>,
): Wave => unknownWave(method);

const least = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

function failuresOf(looked: readonly WaitingRecord[]): Wave['failures'] {
  const named = looked.filter(({ convention }) => convention !== 'none');
  return [...Map.groupBy(named, ({ fingerprint }) => fingerprint)]
    .map(([fingerprint, records]) => ({ fingerprint, records: records.length }))
    .sort((a, b) => b.records - a.records || (a.fingerprint < b.fingerprint ? -1 : 1));
}

/**
 * What waits in a retry topic for one group, and what is known of when it dead-letters. A due time is when it is tried again: a record on its last try
 * dead-letters then if it fails once more, any other goes on to the next retry topic.
 * @param looked records of the ranges; all of them, or some
 * @param triesOf how often dead letters of a convention had been tried at most; a convention that none was seen of is unknown
 */
export function waveOf(
  ranges: readonly WaitingRange[],
  looked: readonly WaitingRecord[],
  triesOf: ReadonlyMap<Convention, number>,
): Wave {
  const waiting = ranges.reduce((sum, { from, to }) => sum + (to - from), 0n);
  if (waiting === 0n) return { ...unknownWave('nothing'), waitingRecords: 0, lastTryRecords: 0 };
  const due = known(looked.map(({ dueAtMs }) => dueAtMs));
  const judged = looked.flatMap((record) => {
    const tries = triesOf.get(record.convention);
    return tries === undefined || record.attempts === null
      ? []
      : [{ record, last: record.attempts + 1 >= tries }];
  });
  const last = judged.filter((each) => each.last).map(({ record }) => record);
  const lastDue = known(last.map(({ dueAtMs }) => dueAtMs));
  const all = BigInt(looked.length) === waiting;
  return {
    waitingRecords: Number(waiting),
    lookedAtRecords: looked.length,
    oldestAtMs: least(known(looked.map(({ atMs }) => atMs))),
    dueFirstAtMs: least(due),
    dueLastAtMs: most(due),
    lastTryRecords: judged.length === 0 || judged.length < looked.length ? null : last.length,
    deadLettersFirstAtMs: lastDue.length < last.length ? null : least(lastDue),
    method: due.length === 0 ? 'no_header' : all && due.length === looked.length ? 'every_record' : 'sample',
    failures: failuresOf(looked),
  };
}
