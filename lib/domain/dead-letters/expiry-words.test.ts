import { expect, it } from 'vitest';
import { causeSentence } from './expiry-words.ts';

const told = { source: null, retentionMs: 10, segmentMs: 5 } as const;
const words = (ms: number) => `${ms} ms`;

it.each([
  [
    { ...told, by: 'time', sure: 'earliest' },
    'The topic keeps its records for 10 ms; Kafka deletes whole segments, up to 5 ms of records, so it can live longer, never shorter.',
  ],
  [
    { ...told, by: 'size', sure: 'estimate' },
    'The topic is limited by size: an estimate from the size of the log and how fast it grew within the hour.',
  ],
  [
    { ...told, by: 'compaction', sure: 'possible', source: { topic: 'orders.v1' } },
    'Its source orders.v1 is compacted: a newer record of the same key takes the older one.',
  ],
] as const)('says by what: %o', (expiry, sentence) => expect(causeSentence(expiry, words)).toBe(sentence));
