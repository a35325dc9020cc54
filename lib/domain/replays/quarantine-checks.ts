import type { Keeping, Limit } from '../flows/keeping.ts';
import { roughDuration } from '../lag/wording.ts';

export const quarantineChecks = ['no_reader', 'no_compaction', 'longer_retention'] as const;
export type QuarantineCheckName = (typeof quarantineChecks)[number];

/** One condition on a quarantine, as it was found. Only `passed` lets anything be copied. */
export type QuarantineCheck = {
  check: QuarantineCheckName;
  state: 'passed' | 'failed' | 'unknown';
  /** What was found. */
  sentence: string;
  /** What to do about it; null when it passed. */
  remedy: string | null;
};

export type QuarantineFacts = {
  source: { topic: string; keeping: Keeping; partitions: number };
  quarantine: { topic: string; keeping: Keeping };
  /** Consumer groups that read the quarantine, and those of which it can't be told. */
  readers: { reading: readonly string[]; unknown: readonly string[] };
};

const shown = (groups: readonly string[]) =>
  groups.length > 5 ? `${groups.slice(0, 5).join(', ')} and ${groups.length - 5} more` : groups.join(', ');

/** Nothing may process a copy: the original is still open, and would then be done twice. */
function noReader({ quarantine, readers }: QuarantineFacts): Omit<QuarantineCheck, 'check'> {
  const { topic } = quarantine;
  if (readers.reading.length > 0)
    return {
      state: 'failed',
      sentence: `${shown(readers.reading)} ${readers.reading.length === 1 ? 'reads' : 'read'} ${topic}, or did and can go on at any time: the copies would be processed while their originals are open.`,
      remedy: `Stop ${readers.reading.length === 1 ? 'it' : 'them'} and delete the committed offsets on ${topic} (kafka-consumer-groups --delete-offsets), or declare a quarantine that nobody reads.`,
    };
  if (readers.unknown.length > 0)
    return {
      state: 'unknown',
      sentence: `Whether ${shown(readers.unknown)} ${readers.unknown.length === 1 ? 'reads' : 'read'} ${topic} could not be told.`,
      remedy: 'Try again once the group is settled, or let the principal of Sluice describe it.',
    };
  return { state: 'passed', sentence: `No consumer group reads ${topic}.`, remedy: null };
}

function noCompaction({ quarantine: { topic, keeping } }: QuarantineFacts): Omit<QuarantineCheck, 'check'> {
  if (keeping.compacts === null)
    return {
      state: 'unknown',
      sentence: `Whether ${topic} is compacted could not be read.`,
      remedy: `Let the principal of Sluice describe the configuration of ${topic}.`,
    };
  return keeping.compacts
    ? {
        state: 'failed',
        sentence: `${topic} is compacted: of the copies of one key only the newest would stay.`,
        remedy: `Set cleanup.policy=delete on ${topic}.`,
      }
    : { state: 'passed', sentence: `${topic} is not compacted.`, remedy: null };
}

type Longer = 'yes' | 'no' | 'unknown';

/** Each limit against its own kind: one by size can't be weighed against one by time. */
function isLonger(source: Limit, quarantine: Limit): Longer {
  if (quarantine === null) return 'unknown';
  if (quarantine === 'none') return 'yes';
  if (source === null) return 'unknown';
  return source !== 'none' && quarantine > source ? 'yes' : 'no';
}

const limitText = (limit: Limit, inWords: (value: number) => string) =>
  limit === null ? 'not known' : limit === 'none' ? 'no limit' : inWords(limit);

/** In words that a person can compare, and exactly where these are the same. */
function comparison(kept: Limit, of: Limit, { unit, inWords }: (typeof units)[number]): string {
  const texts = [limitText(kept, inWords), limitText(of, inWords)];
  const exact = (value: number) => `${value.toLocaleString('en-US')} ${unit}`;
  return (texts[0] === texts[1] ? [limitText(kept, exact), limitText(of, exact)] : texts).join(', against ');
}
const units = [
  { unit: 'ms', inWords: roughDuration },
  { unit: 'bytes', inWords: (bytes: number) => `${bytes.toLocaleString('en-US')} bytes` },
] as const;

function longerRetention({ source, quarantine }: QuarantineFacts): Omit<QuarantineCheck, 'check'> {
  const { retentionBytes } = source.keeping;
  // A limit by size is of each partition, and all of the source may land in one.
  const ofAll = typeof retentionBytes === 'number' ? retentionBytes * source.partitions : retentionBytes;
  const limits = [
    ['retention.ms', source.keeping.retentionMs, quarantine.keeping.retentionMs, units[0]],
    ['retention.bytes', ofAll, quarantine.keeping.retentionBytes, units[1]],
  ] as const;
  const judged = limits.map(
    ([name, of, kept, unit]) => [isLonger(of, kept), `${name} ${comparison(kept, of, unit)}`] as const,
  );
  const found = judged.map(([, text]) => text).join('; ');
  const sentence = (how: string) => `${quarantine.topic} ${how} ${source.topic} (${found}).`;
  const remedy = `Raise retention.ms and retention.bytes of ${quarantine.topic} above those of ${source.topic} (in bytes: of all its partitions together); -1 is no limit.`;
  if (judged.some(([longer]) => longer === 'no'))
    return { state: 'failed', sentence: sentence('does not keep its records longer than'), remedy };
  if (judged.some(([longer]) => longer === 'unknown'))
    return {
      state: 'unknown',
      sentence: sentence('could not be told to keep its records longer than'),
      remedy,
    };
  return { state: 'passed', sentence: sentence('keeps its records longer than'), remedy: null };
}

/** Whether copies are safe in the quarantine until somebody decides on them: read live, and unknown never counts as good. Pure and total. */
export const judgeQuarantine = (facts: QuarantineFacts): QuarantineCheck[] => [
  { check: 'no_reader', ...noReader(facts) },
  { check: 'no_compaction', ...noCompaction(facts) },
  { check: 'longer_retention', ...longerRetention(facts) },
];

/** The first check that forbids a copy; null when all have passed. */
export const refusedBy = (checks: readonly QuarantineCheck[]): QuarantineCheck | null =>
  checks.find((each) => each.state !== 'passed') ?? null;
