import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndTable, endTableMemoryMs } from './time-lag.ts';

const fill = (points: readonly (readonly [number, bigint])[]) => {
  const table = new EndTable();
  for (const [atMs, end] of points) table.add(end, atMs);
  return table;
};

describe('since when a record waits', () => {
  const table = () =>
    fill([
      [0, 0n],
      [2_000, 0n],
      [4_000, 100n],
      [6_000, 200n],
    ]);
  it('lies between the polls that saw the end pass the offset', () => {
    expect(table().unreadSince(150n)).toEqual({ unreadSinceMs: 5_010, errorMs: 1_010 });
    expect(table().written(150n)).toEqual({ afterMs: 4_000, beforeMs: 6_000 });
  });
  it('a slow answer widens the bound: the record may have come while it was on its way', () => {
    const slow = new EndTable();
    slow.add(0n, 0, 500);
    slow.add(100n, 2_000, 4_000);
    expect(slow.written(0n)).toEqual({ afterMs: 0, beforeMs: 4_000 });
  });
  it('says nothing of what is not written yet, or lies before the first poll', () => {
    expect(table().unreadSince(200n)).toBeNull();
    expect(fill([[0, 50n]]).unreadSince(49n)).toBeNull();
    expect(new EndTable().unreadSince(0n)).toBeNull();
    expect(fill([[7, 50n]]).knownFromMs).toBe(7);
  });
  it('a record after hours of silence is as old as the record, not as the silence', () => {
    const idle = fill([
      [0, 10n],
      [7_200_000, 10n],
      [7_202_000, 11n],
    ]);
    expect(idle.unreadSince(10n)).toEqual({ unreadSinceMs: 7_201_000, errorMs: 1_000 });
  });
  it('begins anew when the end goes back', () => {
    const recreated = table();
    recreated.add(5n, 8_000);
    expect(recreated.entries()).toEqual([{ end: 5n, fromMs: 8_000, toMs: 8_000 }]);
    expect(recreated.unreadSince(3n)).toBeNull();
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
        const table = new EndTable();
        let nowMs = 0;
        for (const { gapMs, written } of steps) {
          for (let i = 1; i <= written; i++) writtenAt.push(nowMs + (gapMs * i) / (written + 1));
          nowMs += gapMs;
          table.add(BigInt(writtenAt.length), nowMs);
        }
        if (writtenAt.length === 0) return;
        const index = pick % writtenAt.length;
        const read = table.unreadSince(BigInt(index));
        if (read === null) return;
        const lagMs = nowMs - read.unreadSinceMs;
        const truth = nowMs - (writtenAt[index] ?? 0);
        expect(Number.isFinite(lagMs) && lagMs >= 0).toBe(true);
        expect(Math.abs(lagMs - truth)).toBeLessThanOrEqual(read.errorMs + 1);
      }),
    );
  });

  it('stays small over a day, and its error in proportion to the age', () => {
    const table = new EndTable();
    const nowMs = endTableMemoryMs + 3_600_000;
    for (let atMs = 0; atMs <= nowMs; atMs += 2_000) table.add(BigInt(atMs), atMs);
    expect(table.length).toBeLessThan(300);
    for (const ageMs of [10_000, 100_000, 1_000_000, 10_000_000, 80_000_000]) {
      const read = table.unreadSince(BigInt(nowMs - ageMs));
      expect(read?.errorMs).toBeLessThanOrEqual(Math.max(2_000, ageMs * 0.06));
    }
  });
});
