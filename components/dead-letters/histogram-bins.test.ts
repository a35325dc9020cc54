import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binHistograms, type Point } from './histogram-bins.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 2, minute)).toISOString();

test('two groups are added minute by minute', () => {
  const bins = binHistograms(
    [
      [
        [at(0), 2],
        [at(1), 3],
      ],
      [[at(1), 4]],
    ],
    60,
  );
  expect(bins.map((bin) => bin.count)).toEqual([2, 7]);
  expect(bins[0]?.from).toBe(Date.parse(at(0)));
});

test('nothing gives no bins', () => {
  expect(binHistograms([[], []], 60)).toEqual([]);
});

test('no count is lost and the number of bins stays near the limit', () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 500 }));
  fc.assert(
    fc.property(fc.array(fc.array(point, { maxLength: 20 }), { maxLength: 4 }), (raw) => {
      const series = raw.map((points) =>
        points.sort(([a], [b]) => a - b).map(([minute, count]): Point => [at(minute), count]),
      );
      const bins = binHistograms(series, 80);
      expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(
        series.flat().reduce((sum, [, count]) => sum + count, 0),
      );
      expect(bins.length).toBeLessThanOrEqual(82);
    }),
  );
});
