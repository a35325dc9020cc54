import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bordersOf,
  brushedBins,
  countWithin,
  edgesOf,
  foldEmpty,
  timeOf,
  wholeTime,
  withEdge,
} from './brush-range.ts';
import type { Bin } from './histogram-bins.ts';

const bins: Bin[] = [3, 0, 0, 5, 2].map((count, n) => ({ from: 100 + n * 10, to: 110 + n * 10, count }));

describe('edges', () => {
  it('stand at the borders of the bins that the range touches, at the ends when it is open or outside', () => {
    expect(bordersOf(bins)).toEqual([100, 110, 120, 130, 140, 150]);
    expect(edgesOf(bins, wholeTime)).toEqual({ from: 0, to: 5 });
    expect(edgesOf(bins, { from: 113, to: 131 })).toEqual({ from: 1, to: 4 });
    expect(edgesOf(bins, { from: 110, to: 130 })).toEqual({ from: 1, to: 3 });
    expect(edgesOf(bins, { from: 5, to: 999 })).toEqual({ from: 0, to: 5 });
  });

  it('are moved one by one, are open at the end of the axis, and never pass one another', () => {
    expect(withEdge(bins, wholeTime, 'from', 2)).toEqual({ from: 120, to: null });
    expect(withEdge(bins, { from: 120, to: null }, 'to', 1)).toEqual({ from: 120, to: 130 });
    expect(withEdge(bins, { from: 120, to: 130 }, 'from', 5)).toEqual({ from: 120, to: 130 });
    expect(withEdge(bins, { from: 120, to: 130 }, 'from', 0)).toEqual({ from: null, to: 130 });
    expect(withEdge(bins, { from: null, to: 130 }, 'to', 5)).toEqual(wholeTime);
    const index = fc.integer({ min: -3, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('from', 'to'), index)), (moves) => {
        let range = wholeTime;
        for (const [edge, at] of moves) range = withEdge(bins, range, edge as 'from' | 'to', at);
        expect(range.from ?? 100).toBeLessThan(range.to ?? 150);
      }),
    );
  });
});

describe('what was drawn with the mouse', () => {
  it('is made of whole bins, in either direction', () => {
    expect(brushedBins(bins, 0.25, 0.55)).toEqual({ from: 110, to: 130 });
    expect(brushedBins(bins, 0.55, 0.25)).toEqual({ from: 110, to: 130 });
    expect(brushedBins(bins, 0, 1)).toEqual({ from: 100, to: 150 });
  });

  it('is nothing when it was a click, or when there are no bins', () => {
    expect(brushedBins(bins, 0.5, 0.502)).toBeNull();
    expect(brushedBins([], 0, 1)).toBeNull();
  });
});

describe('counts', () => {
  it('are those of the bins in the range, and say when a bin is only partly in it', () => {
    expect(countWithin(bins, wholeTime)).toEqual({ count: 10, whole: true });
    expect(countWithin(bins, { from: 110, to: 140 })).toEqual({ count: 5, whole: true });
    expect(countWithin(bins, { from: 135, to: null })).toEqual({ count: 7, whole: false });
    // A partly covered bin that is empty hides nothing.
    expect(countWithin(bins, { from: 115, to: null })).toEqual({ count: 7, whole: true });
  });

  it('are read newest first, with stretches of nothing as one row', () => {
    expect(foldEmpty(bins)).toEqual([
      { from: 140, to: 150, count: 2 },
      { from: 130, to: 140, count: 5 },
      { from: 110, to: 130, count: 0 },
      { from: 100, to: 110, count: 3 },
    ]);
    expect(bins[1]).toEqual({ from: 110, to: 120, count: 0 });
  });
});

describe('a time in an address', () => {
  it('is that time, or none', () => {
    expect(timeOf('2026-01-01T00:00:00Z')).toBe(Date.UTC(2026, 0, 1));
    expect([timeOf(null), timeOf('soon')]).toEqual([null, null]);
  });
});
