import { expect, it } from 'vitest';
import type { NextWave } from '#lib/contract/next-wave.ts';
import { waveText } from './wave-text.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number) => new Date(now + ms).toISOString();
const waiting = (more: Partial<NextWave['topics'][number]>): NextWave['topics'][number] => ({
  ...{ topic: 'pay.retry', group: 'pay', waitingRecords: 3100, lookedAtRecords: 40, oldestAt: null },
  ...{ dueFirstAt: at(1_200_000), dueLastAt: null, lastTryRecords: null, deadLettersFirstAt: null },
  ...{ method: 'sample', failures: [], ...more },
});

it.each<[string, NextWave['topics'], number, string | null]>([
  ['count and first time', [waiting({})], 0, '3,100 more in retry, first due in 20 min'],
  ['no time', [waiting({ dueFirstAt: null })], 0, '3,100 more in retry'],
  ['past its time', [waiting({ dueFirstAt: at(-5) })], 0, '3,100 more in retry, first due now'],
  [
    'the most of several groups, and all topics',
    [waiting({}), waiting({ group: 'audit', waitingRecords: 9 }), waiting({ topic: 'b', waitingRecords: 1 })],
    0,
    '3,101 more in retry, first due in 20 min',
  ],
  ['nothing waits', [waiting({ waitingRecords: 0, dueFirstAt: null })], 0, null],
  ['not known', [waiting({ waitingRecords: null, dueFirstAt: null })], 0, null],
  ['seen too long ago', [waiting({})], -180_000, null],
])('says %s', (_, topics, seenMs, text) => {
  expect(waveText({ asOf: at(seenMs), topics }, now)).toBe(text);
});
it('says nothing of a topic without a next wave', () => {
  expect(waveText(null, now)).toBeNull();
});
