import { describe, expect, it } from 'vitest';
import { partitionRuns } from './partition-runs.ts';
import { prepareHistory } from './prepare-history.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 2, 0, second)).toISOString();
const ms = (second: number) => Date.parse(at(second));

describe('lag over time', () => {
  it('keeps a null as a gap and breaks the line where readings are missing', () => {
    const points = prepareHistory({
      stepMs: 10_000,
      series: [
        {
          topic: null,
          partition: null,
          points: [
            [at(0), '5', 100],
            [at(10), null, null],
            [at(20), '7', 100],
            [at(50), '9', 100],
          ],
        },
      ],
    });
    expect(points.map((point) => [point.at, point.lagRecords])).toEqual([
      [ms(0), 5],
      [ms(10), null],
      [ms(20), 7],
      [ms(30), null],
      [ms(50), 9],
    ]);
  });

  it('sums series only where each was read', () => {
    const points = prepareHistory({
      stepMs: 10_000,
      series: [
        {
          topic: 'a',
          partition: 0,
          points: [
            [at(0), '9007199254740993', 100],
            [at(10), '2', 100],
          ],
        },
        { topic: 'a', partition: 1, points: [[at(0), '1', 300]] },
      ],
    });
    expect(points.map((point) => [point.exactLag, point.lagMs])).toEqual([
      ['9007199254740994', 300],
      [null, null],
    ]);
  });

  it('is empty for nothing', () => expect(prepareHistory({ stepMs: 1000, series: [] })).toEqual([]));
});

describe('partitions of a member', () => {
  it('folds runs', () => expect(partitionRuns([3, 0, 1, 2, 5])).toBe('0-3, 5'));
});
