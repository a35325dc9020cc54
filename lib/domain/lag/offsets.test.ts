import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetLag } from './offsets.ts';

const offset = fc.bigInt({ min: 0n, max: 2n ** 62n });

describe('offsetLag', () => {
  it.each([
    ['behind', { committed: 40n, logStart: 0n, lastStable: 90n, highWatermark: 100n }, [60n, 50n, 0n]],
    ['nothing left', { committed: 100n, logStart: 0n, lastStable: 100n, highWatermark: 100n }, [0n, 0n, 0n]],
    ['expired', { committed: 10n, logStart: 30n, lastStable: 100n, highWatermark: 100n }, [70n, 70n, 20n]],
    ['ahead', { committed: 120n, logStart: 0n, lastStable: 100n, highWatermark: 100n }, [-20n, 0n, 0n]],
    [
      'never committed',
      { committed: null, logStart: 0n, lastStable: 5n, highWatermark: 5n },
      [null, null, null],
    ],
    [
      'start unknown',
      { committed: 1n, logStart: null, lastStable: 5n, highWatermark: 5n },
      [null, null, null],
    ],
    ['end unknown', { committed: 1n, logStart: 0n, lastStable: null, highWatermark: null }, [null, null, 0n]],
  ])('%s', (_name, offsets, [lagRecords, lagStableRecords, expiredRecords]) => {
    expect(offsetLag(offsets)).toEqual({ lagRecords, lagStableRecords, expiredRecords });
  });

  it('what was read, what is left and what was lost add up to the whole log', () => {
    fc.assert(
      fc.property(fc.array(offset, { minLength: 3, maxLength: 3 }), (drawn) => {
        const [first = 0n, second = 0n, end = 0n] = drawn.sort((a, b) => (a < b ? -1 : 1));
        for (const [committed, logStart] of [
          [first, second],
          [second, first],
        ] as const) {
          const lag = offsetLag({ committed, logStart, lastStable: end, highWatermark: end });
          expect((lag.lagRecords ?? -1n) + (lag.expiredRecords ?? -1n)).toBe(end - committed);
        }
      }),
    );
  });
});
