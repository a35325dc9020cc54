import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBody, unpackBody, worseBody } from './lag-history-body.ts';

const value = fc.record({
  lagRecords: fc.option(fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))),
  lagMs: fc.option(fc.nat({ max: 40_000_000 }).map((tenths) => tenths * 100)),
});

describe('the body of a sample', () => {
  it('comes back as it was; unknown stays unknown and is not 0', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 50 }), (values) => {
        const expected = values.map((each) =>
          each.lagRecords === null ? { lagRecords: null, lagMs: null } : each,
        );
        expect(unpackBody(packBody(values))).toEqual(expected);
      }),
    );
  });
  it('costs a few bytes a sample', () => {
    const behind = Array.from({ length: 100 }, (_, at) => ({
      lagRecords: BigInt(at * 97),
      lagMs: at * 1_300,
    }));
    expect(packBody(behind).length / 100).toBeLessThan(5);
    expect(packBody(Array.from({ length: 100 }, () => ({ lagRecords: 0n, lagMs: 0 }))).length).toBe(100);
  });
  it('keeps time lag to a tenth of a second', () => {
    expect(unpackBody(packBody([{ lagRecords: 3n, lagMs: 1_249 }]))).toEqual([
      { lagRecords: 3n, lagMs: 1_200 },
    ]);
  });
  it('the worse of two takes each value by itself, and what is known before what is not', () => {
    expect(
      worseBody(
        [
          { lagRecords: 5n, lagMs: 900 },
          { lagRecords: null, lagMs: null },
        ],
        [
          { lagRecords: 4n, lagMs: 1_000 },
          { lagRecords: 1n, lagMs: null },
          { lagRecords: 2n, lagMs: 0 },
        ],
      ),
    ).toEqual([
      { lagRecords: 5n, lagMs: 1_000 },
      { lagRecords: 1n, lagMs: null },
      { lagRecords: 2n, lagMs: 0 },
    ]);
  });
  it('refuses half a value', () => expect(() => unpackBody(Buffer.from([0x85]))).toThrow(RangeError));
});
