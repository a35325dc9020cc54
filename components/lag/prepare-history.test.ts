import { describe, expect, it } from 'vitest';
import { partitionRuns } from './partition-runs.ts';
import { historyCsv, prepareHistory, summarizeHistory } from './prepare-history.ts';

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

  const topics = {
    stepMs: 10_000,
    series: [
      { topic: null, partition: null, points: [[at(0), '99', 900]] as [string, string, number][] },
      ...[0, 1].map((partition) => ({
        topic: 'a',
        partition,
        points: [[at(0), '5', 100 * partition]] as [string, string, number][],
      })),
      { topic: 'b', partition: 0, points: [[at(0), '7', 5]] as [string, string, number][] },
    ],
  };
  it.each([
    [null, null, '99', 900],
    ['a', null, '10', 100],
    ['a', 1, '5', 100],
    ['b', null, '7', 5],
  ])('of %s, partition %s', (topic, partition, lag, lagMs) =>
    expect(prepareHistory(topics, { topic, partition })).toMatchObject([{ exactLag: lag, lagMs }]),
  );
  it('of a topic that was never read is empty', () =>
    expect(prepareHistory(topics, { topic: 'c', partition: null })).toEqual([]));

  it('says how much was read, how often it was not, and the worst, exactly', () => {
    const point = (second: number, exactLag: string | null) => ({
      at: ms(second),
      lagRecords: exactLag === null ? null : Number(exactLag),
      lagMs: null,
      exactLag,
    });
    const points = [
      point(0, null),
      point(10, '9007199254740993'),
      point(20, null),
      point(30, null),
      point(40, '9007199254740992'),
      point(50, null),
    ];
    expect(summarizeHistory(points)).toEqual({ readings: 2, gaps: 1, worst: points[1] });
    expect(summarizeHistory([point(0, null)])).toEqual({ readings: 0, gaps: 0, worst: null });
    expect(historyCsv(points.slice(0, 2))).toBe(
      `time,lag_records,time_lag_ms\r\n${at(0)},,\r\n${at(10)},9007199254740993,\r\n`,
    );
  });

  it('is empty for nothing', () => expect(prepareHistory({ stepMs: 1000, series: [] })).toEqual([]));
});

describe('partitions of a member', () => {
  it('folds runs', () => expect(partitionRuns([3, 0, 1, 2, 5])).toBe('0-3, 5'));
});
