import { expect, it } from 'vitest';
import { type EndSeen, growthPerSecond, seeEnd } from './growth.ts';

const minute = 60_000;
const seenAll = (readings: readonly (readonly [number, bigint])[]) =>
  readings.reduce<EndSeen[]>((ends, [atMs, offset]) => seeEnd(ends, { atMs, offset }), []);

it.each([
  ['nothing was seen', [], null],
  ['one reading says nothing', [[0, 5n]], null],
  [
    'two readings',
    [
      [0, 0n],
      [10_000, 50n],
    ],
    5,
  ],
  [
    'nothing arrives',
    [
      [0, 7n],
      [minute, 7n],
    ],
    0,
  ],
  [
    'the last five minutes are faster than the hour',
    [
      [0, 0n],
      [50 * minute, 0n],
      [55 * minute, 3000n],
    ],
    10,
  ],
  [
    'a burst that is over still counts in the hour',
    [
      [0, 0n],
      [minute, 6000n],
      [20 * minute, 6000n],
    ],
    5,
  ],
  [
    'a recreated log begins anew',
    [
      [0, 900n],
      [minute, 1000n],
      [2 * minute, 3n],
    ],
    null,
  ],
] as const)('growth: %s', (_name, readings, rate) => expect(growthPerSecond(seenAll(readings))).toBe(rate));

it('keeps an hour at most, a reading a minute', () => {
  const ends = seenAll(Array.from({ length: 1000 }, (_, at) => [at * 30_000, BigInt(at)] as const));
  expect(ends.length).toBeLessThan(70);
  expect((ends.at(-1)?.atMs ?? 0) - (ends[0]?.atMs ?? 0)).toBeLessThanOrEqual(60 * minute);
  expect(growthPerSecond(ends)).toBeCloseTo(1 / 30, 4);
});
