import { describe, expect, it } from 'vitest';
import { statusSummary, trendLabel } from './trend.ts';

describe('a trend in words', () => {
  it('names start, end and peak, past 2^53', () =>
    expect(
      trendLabel([
        ['2026-11-22T02:00:00.000Z', '120'],
        ['2026-11-22T02:10:00.000Z', null],
        ['2026-11-22T02:20:00.000Z', '9007199254740993'],
        ['2026-11-22T02:30:00.000Z', '7'],
      ]),
    ).toBe('lag over 1 h: 120 to 7, peak 9,007,199,254,740,993'));
  it('says so when nothing was measured', () =>
    expect(trendLabel([['2026-11-22T02:00:00.000Z', null]])).toContain('nothing measured'));
});

describe('the sentence above the table', () => {
  it('counts the worst first and leaves unknown out of both', () =>
    expect(
      statusSummary([
        { status: 'lagging' },
        { status: 'ok' },
        { status: 'stopped' },
        { status: 'lagging' },
        { status: 'unknown' },
      ]),
    ).toEqual({ bad: 3, words: '1 stopped, 2 lagging' }));
});
