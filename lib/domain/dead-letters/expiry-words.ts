import type { ExpiryCause, ExpirySureness } from './expiry.ts';

type Told = {
  by: ExpiryCause;
  sure: ExpirySureness;
  source: { topic: string } | null;
  retentionMs: number | null;
  segmentMs: number | null;
};

/** How sure, right behind the time. */
export const surenessWords: Readonly<Record<ExpirySureness, string>> = {
  earliest: 'at the earliest',
  estimate: 'at the present rate',
  possible: 'or at any time after',
};

/** By what, in a sentence, and why it may live longer. @param inWords a duration in milliseconds */
export function causeSentence(expiry: Told, inWords: (ms: number) => string): string {
  const topic = expiry.source === null ? 'The topic' : `Its source ${expiry.source.topic}`;
  const segments = expiry.segmentMs === null ? '' : `, up to ${inWords(expiry.segmentMs)} of records`;
  if (expiry.by === 'time')
    return `${topic} keeps its records for ${expiry.retentionMs === null ? 'a limited time' : inWords(expiry.retentionMs)}; Kafka deletes whole segments${segments}, so it can live longer, never shorter.`;
  if (expiry.by === 'size')
    return `${topic} is limited by size: an estimate from the size of the log and how fast it grew within the hour.`;
  return `${topic} is compacted: a newer record of the same key takes the older one.`;
}
