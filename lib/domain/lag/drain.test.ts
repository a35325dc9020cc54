import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainMs, drainRange } from './drain.ts';

const rates = (consume: number | null, produce: number | null) => ({ consume, produce });

describe('time to drain', () => {
  it.each<[string, bigint | null, ReturnType<typeof rates>, number | null]>([
    ['at the net rate', 1_000n, rates(150, 50), 10_000],
    ['at once without lag', 0n, rates(null, null), 0],
    ['never while more comes than goes', 1_000n, rates(50, 50), null],
    ['unknown with unknown rates', 1_000n, rates(null, 50), null],
    ['unknown with unknown lag', null, rates(150, 50), null],
    ['unknown past the end', -5n, rates(150, 50), null],
  ])('%s', (_name, lag, at, expected) => expect(drainMs(lag, at)).toBe(expected));

  it('is as sure as the older and the newer half of the window agree', () => {
    expect(drainRange(1_000n, { older: rates(150, 50), newer: rates(100, 50) })).toEqual([10_000, 20_000]);
    expect(drainRange(1_000n, { older: rates(150, 50), newer: rates(50, 50) })).toEqual([10_000, null]);
    expect(drainRange(1_000n, { older: rates(0, 50), newer: rates(0, 50) })).toBeNull();
    expect(drainRange(1_000n, { older: rates(null, 50), newer: rates(150, 50) })).toBeNull();
  });
  it('never NaN, infinite or negative', () => {
    const rate = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.bigInt({ min: -10n, max: 2n ** 60n }), rate, rate, rate, rate, (lag, a, b, c, d) => {
        const range = drainRange(lag, { older: rates(a, b), newer: rates(c, d) });
        for (const each of [drainMs(lag, rates(a, b)), ...(range ?? [])])
          expect(each === null || (Number.isFinite(each) && each >= 0)).toBe(true);
      }),
    );
  });
});
