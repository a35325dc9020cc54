import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetLag } from './offsets.ts';
import { type ResetTarget, type WhatIfInput, whatIf, whatIfTotals } from './what-if.ts';

const partition = (more: Partial<WhatIfInput> = {}): WhatIfInput => ({
  committed: 40n,
  logStart: 10n,
  lastStable: 100n,
  highWatermark: 100n,
  atTime: null,
  consumeRate: 30,
  produceRate: 10,
  ...more,
});
const offset = (value: bigint): ResetTarget => ({ kind: 'offset', offset: value });
const shift = (by: bigint): ResetTarget => ({ kind: 'shift', by });
const time: ResetTarget = { kind: 'timestamp', atMs: 1_000 };
const brief = (target: ResetTarget, input = partition()) => {
  const { to, clamp, reprocessed, skipped, expired } = whatIf(target, input);
  return [to, clamp, reprocessed, skipped, expired];
};

describe('whatIf', () => {
  it.each<[string, ResetTarget, Partial<WhatIfInput>, readonly unknown[]]>([
    ['back to an offset', offset(25n), {}, [25n, null, 15n, 0n, 0n]],
    ['on to an offset', offset(70n), {}, [70n, null, 0n, 30n, 0n]],
    ['below the log start', offset(3n), {}, [10n, 'log_start', 30n, 0n, 7n]],
    ['past the end', offset(500n), {}, [100n, 'end', 0n, 60n, 0n]],
    ['to the end itself', offset(100n), {}, [100n, null, 0n, 60n, 0n]],
    ['earliest', { kind: 'earliest' }, {}, [10n, null, 30n, 0n, 0n]],
    ['latest', { kind: 'latest' }, {}, [100n, null, 0n, 60n, 0n]],
    ['shifted back past the log start', shift(-35n), {}, [10n, 'log_start', 30n, 0n, 5n]],
    ['shifted past the end', shift(61n), {}, [100n, 'end', 0n, 60n, 0n]],
    ['shifted from nothing', shift(-1n), { committed: null }, [null, null, null, null, null]],
    ['a time', time, { atTime: 30n }, [30n, null, 10n, 0n, 0n]],
    ['a time after the last record', time, {}, [100n, 'no_later_record', 0n, 60n, 0n]],
    ['a time older than what is left', time, { atTime: 10n }, [10n, null, 30n, 0n, null]],
    ['a time before a whole log', time, { atTime: 0n, logStart: 0n }, [0n, null, 40n, 0n, 0n]],
    ['never committed', offset(25n), { committed: null }, [25n, null, null, null, 0n]],
    [
      'a backlog that expired is not skipped',
      { kind: 'latest' },
      { committed: 2n },
      [100n, null, 0n, 90n, 0n],
    ],
    [
      'nothing of an expired range is read again',
      offset(4n),
      { committed: 8n },
      [10n, 'log_start', 0n, 0n, 6n],
    ],
    ['ahead of the end', offset(90n), { committed: 130n }, [90n, null, 10n, 0n, 0n]],
    ['the end not known', offset(1n), { highWatermark: null }, [null, null, null, null, null]],
    ['the log start not known', { kind: 'latest' }, { logStart: null }, [null, null, null, null, null]],
  ])('%s', (_name, target, more, expected) => expect(brief(target, partition(more))).toEqual(expected));

  it('drains at the rates of now; what is not known stays unknown', () => {
    expect(whatIf({ kind: 'earliest' }, partition()).drainMs).toBe(4_500);
    expect(whatIf({ kind: 'latest' }, partition()).drainMs).toBe(0);
    expect(whatIf({ kind: 'earliest' }, partition({ consumeRate: 10 })).drainMs).toBeNull();
    expect(whatIf({ kind: 'earliest' }, partition({ produceRate: null })).drainMs).toBeNull();
  });

  it('offsets past 2^53 are exact', () =>
    expect(
      brief(
        offset(9_007_199_254_740_993n),
        partition({ committed: 9_007_199_254_740_995n, highWatermark: 9_007_199_254_740_999n }),
      ),
    ).toEqual([9_007_199_254_740_993n, null, 2n, 0n, 0n]));
});

const inputs = fc
  .record({
    logStart: fc.bigInt(0n, 1_000n),
    length: fc.bigInt(0n, 1_000n),
    committed: fc.option(fc.bigInt(0n, 3_000n), { nil: null }),
    atTime: fc.option(fc.bigInt(0n, 1_000n), { nil: null }),
    consumeRate: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }),
    produceRate: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }),
  })
  .map(({ length, atTime, ...rest }): WhatIfInput => {
    const highWatermark = rest.logStart + length;
    // A broker never answers an offset outside the log.
    const found = atTime === null || length === 0n ? null : rest.logStart + (atTime % length);
    return { ...rest, highWatermark, lastStable: highWatermark, atTime: found };
  });
const targets = fc.oneof(
  fc.record({ kind: fc.constant('offset' as const), offset: fc.bigInt(0n, 2n ** 63n - 1n) }),
  fc.record({ kind: fc.constant('offset' as const), offset: fc.bigInt(0n, 3_000n) }),
  fc.record({ kind: fc.constant('shift' as const), by: fc.bigInt(-3_000n, 3_000n) }),
  fc.constantFrom<ResetTarget>({ kind: 'earliest' }, { kind: 'latest' }, time),
);

describe('whatIf, whatever the offsets', () => {
  it('lands inside the log, and never reads again and skips at once', () => {
    fc.assert(
      fc.property(targets, inputs, (target, input) => {
        const after = whatIf(target, input);
        if (after.to === null) {
          expect([target.kind, input.committed]).toEqual(['shift', null]);
          return;
        }
        expect(after.to >= (input.logStart ?? 0n) && after.to <= (input.highWatermark ?? 0n)).toBe(true);
        expect((after.reprocessed ?? 0n) > 0n && (after.skipped ?? 0n) > 0n).toBe(false);
        for (const count of [after.reprocessed, after.skipped, after.expired, after.lagRecords])
          expect(count === null || count >= 0n).toBe(true);
        expect(after.drainMs === null || (Number.isFinite(after.drainMs) && after.drainMs >= 0)).toBe(true);
      }),
    );
  });

  it('lag before, less what is skipped, plus what is read again, is lag after', () => {
    fc.assert(
      fc.property(targets, inputs, (target, input) => {
        const after = whatIf(target, input);
        const { lagRecords } = offsetLag(input);
        if (after.to === null || lagRecords === null) return;
        const before = lagRecords > 0n ? lagRecords : 0n;
        expect(after.lagRecords).toBe(before - (after.skipped ?? 0n) + (after.reprocessed ?? 0n));
      }),
    );
  });

  it('a shift by 0 leaves a group where it is, unless that is outside the log', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { from, to, clamp, reprocessed, skipped } = whatIf(shift(0n), input);
        if (clamp === null) expect(to).toBe(from);
        if (from !== null) expect([reprocessed, skipped]).toEqual([0n, 0n]);
      }),
    );
  });

  it('a move to where a group stands is none; two moves end where the last one goes', () => {
    fc.assert(
      fc.property(targets, targets, inputs, (first, second, input) => {
        const { to } = whatIf(first, input);
        if (to === null) return;
        const moved = { ...input, committed: to };
        const again = whatIf({ kind: 'offset', offset: to }, moved);
        expect([again.to, again.clamp, again.reprocessed, again.skipped]).toEqual([to, null, 0n, 0n]);
        if (second.kind !== 'shift') expect(whatIf(second, moved).to).toBe(whatIf(second, input).to);
      }),
    );
  });

  it('shifts that hit no end add up', () => {
    const step = fc.bigInt(-1_000n, 1_000n);
    fc.assert(
      fc.property(step, step, inputs, (a, b, input) => {
        const first = whatIf(shift(a), input);
        const second = whatIf(shift(b), { ...input, committed: first.to });
        const both = whatIf(shift(a + b), input);
        if (first.to !== null && first.clamp === null && second.clamp === null)
          expect(both.to).toBe(second.to);
      }),
    );
  });
});

describe('totals', () => {
  it('add what is known, and one unknown drain makes the whole unknown', () => {
    const back = whatIf(offset(25n), partition());
    const on = whatIf(offset(70n), partition());
    const none = whatIf(shift(1n), partition({ committed: null }));
    expect(whatIfTotals([back, on])).toMatchObject({
      partitions: 2,
      moved: 2,
      unknown: 0,
      reprocessed: 15n,
      skipped: 30n,
      lagRecords: 105n,
      drainMs: 3_750,
    });
    expect(whatIfTotals([back, none])).toMatchObject({
      moved: 1,
      unknown: 1,
      reprocessed: 15n,
      drainMs: null,
    });
    expect(whatIfTotals([none])).toMatchObject({ reprocessed: null, skipped: null, lagRecords: null });
    expect(whatIfTotals([])).toMatchObject({ partitions: 0, reprocessed: null, drainMs: null });
  });
});
