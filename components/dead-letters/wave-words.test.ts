import { expect, it } from 'vitest';
import type { NextWave } from '#lib/contract/next-wave.ts';
import { waitingByFailure } from './waiting-by-failure.ts';
import { waveWords } from './wave-words.ts';

type Waiting = NextWave['topics'][number];
const now = Date.parse('2026-01-01T00:00:00Z');
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const waiting: Waiting = {
  ...{ topic: 'pay.retry', group: 'pay', waitingRecords: 312, lookedAtRecords: 40, oldestAt: at(-3) },
  ...{ dueFirstAt: at(2), dueLastAt: at(9), lastTryRecords: 12, deadLettersFirstAt: at(4), method: 'sample' },
  failures: [],
};

it.each<[Partial<Waiting>, string]>([
  [
    {},
    '312 wait in pay.retry for pay, the first of 40 looked at is due in 2 min. 12 of 40 looked at are on their last try: the first dead-letters in 4 min if it fails.',
  ],
  [
    {
      waitingRecords: 1,
      lookedAtRecords: 1,
      lastTryRecords: 1,
      method: 'every_record',
      deadLettersFirstAt: at(-1),
      dueFirstAt: at(-1),
    },
    '1 waits in pay.retry for pay, the first is due now. 1 of 1 looked at is on its last try: the first dead-letters now if it fails.',
  ],
  [
    {
      dueFirstAt: null,
      dueLastAt: null,
      lastTryRecords: null,
      deadLettersFirstAt: null,
      method: 'no_header',
    },
    '312 wait in pay.retry for pay, the oldest for 3 min; when they are due, they do not say. Which of them are on their last try is not known.',
  ],
  [
    { lastTryRecords: 0, deadLettersFirstAt: null },
    '312 wait in pay.retry for pay, the first of 40 looked at is due in 2 min. None that was looked at is on its last try: they have more after it.',
  ],
  [{ waitingRecords: 0, method: 'nothing' }, 'Nothing waits in pay.retry for pay.'],
  [
    { waitingRecords: null, group: null, method: 'no_group' },
    'How many wait is not known: no group has committed there (pay.retry).',
  ],
])('says %o', (more, words) => {
  expect(waveWords({ ...waiting, ...more }, now)).toBe(words);
});

it('adds up what waits of a failure over topics, and not over groups that read the same one', () => {
  const of = (topic: string, group: string, records: number): Waiting => ({
    ...waiting,
    ...{ topic, group, failures: [{ fingerprint: 'f', records }] },
  });
  const wave = { asOf: at(0), topics: [of('a', 'one', 3), of('a', 'two', 5), of('b', 'one', 2)] };
  expect([...waitingByFailure(wave)]).toEqual([['f', 7]]);
  expect([...waitingByFailure(null)]).toEqual([]);
});
