import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEnd, type EndTable, endTableMemoryMs, interpolateTimeLag } from './time-lag.ts';

const fill = (points: readonly (readonly [number, bigint])[]) =>
  points.reduce<EndTable>((table, [atMs, end]) => addEnd(table, atMs, end), []);

describe('interpolateTimeLag', () => {
  const table = fill([
    [0, 0n],
    [2_000, 0n],
    [4_000, 100n],
    [6_000, 200n],
  ]);
  it('lies between the polls that saw the end pass the offset', () => {
    expect(interpolateTimeLag(table, 150n, 10_000)).toEqual({ lagMs: 4_990, errorMs: 1_010 });
  });
  it('is 0 with nothing left', () => {
    expect(interpolateTimeLag(table, 200n, 60_000)).toEqual({ lagMs: 0, errorMs: 0 });
    expect(interpolateTimeLag(table, 260n, 60_000)).toEqual({ lagMs: 0, errorMs: 0 });
  });
  it('does not reach before the first poll', () => {
    expect(interpolateTimeLag(fill([[0, 50n]]), 49n, 10_000)).toBeNull();
    expect(interpolateTimeLag([], 0n, 0)).toBeNull();
  });
  it('a record after hours of silence is as old as the record, not as the silence', () => {
    const idle = fill([
      [0, 10n],
      [7_200_000, 10n],
      [7_202_000, 11n],
    ]);
    expect(interpolateTimeLag(idle, 10n, 7_203_000)).toEqual({ lagMs: 2_000, errorMs: 1_000 });
  });
  it('begins anew when the end goes back', () => {
    const recreated = addEnd(table, 8_000, 5n);
    expect(recreated).toEqual([{ end: 5n, fromMs: 8_000, toMs: 8_000 }]);
    expect(interpolateTimeLag(recreated, 3n, 9_000)).toBeNull();
  });

  it('against any known schedule of writes: inside its own error bound, never negative, NaN or infinite', () => {
    const polls = fc.array(
      fc.record({ gapMs: fc.integer({ min: 1, max: 20_000 }), written: fc.integer({ min: 0, max: 50 }) }),
      {
        minLength: 2,
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(polls, fc.integer({ min: 0, max: 999 }), (steps, pick) => {
        const writtenAt: number[] = [];
        let table: EndTable = [];
        let nowMs = 0;
        for (const { gapMs, written } of steps) {
          for (let i = 1; i <= written; i++) writtenAt.push(nowMs + (gapMs * i) / (written + 1));
          nowMs += gapMs;
          table = addEnd(table, nowMs, BigInt(writtenAt.length));
        }
        if (writtenAt.length === 0) return;
        const index = pick % writtenAt.length;
        const read = interpolateTimeLag(table, BigInt(index), nowMs);
        if (read === null) return;
        const truth = nowMs - (writtenAt[index] ?? 0);
        expect(Number.isFinite(read.lagMs) && read.lagMs >= 0).toBe(true);
        expect(Math.abs(read.lagMs - truth)).toBeLessThanOrEqual(read.errorMs + 1);
      }),
    );
  });

  it('stays small over a day, and its error in proportion to the age', () => {
    let table: EndTable = [];
    const nowMs = endTableMemoryMs + 3_600_000;
    for (let atMs = 0; atMs <= nowMs; atMs += 2_000) table = addEnd(table, atMs, BigInt(atMs));
    expect(table.length).toBeLessThan(300);
    for (const ageMs of [10_000, 100_000, 1_000_000, 10_000_000, 80_000_000]) {
      const read = interpolateTimeLag(table, BigInt(nowMs - ageMs), nowMs);
      expect(read?.errorMs).toBeLessThanOrEqual(Math.max(2_000, ageMs * 0.06));
    }
  });
});
