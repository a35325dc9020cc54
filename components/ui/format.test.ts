import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBig,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  plural,
} from './format.ts';

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [180, '180 ms'],
    [4_250, '4.2 s'],
    [9_999, '9.9 s'],
    [10_000, '10 s'],
    [59_999, '59 s'],
    [90_000, '1 min 30 s'],
    [540_000, '9 min'],
    [1_620_000, '27 min'],
    [11_400_000, '3 h 10 min'],
    [86_400_000 * 3 + 3_600_000 * 4, '3 d 4 h'],
    [86_400_000 * 40, '40 d'],
    [-5_000, '−5 s'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('never rounds up to a time that has not passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1_000_000_000 }), (ms) => {
        const seconds = { d: 86400, h: 3600, min: 60, s: 1 } as const;
        const said = [...formatDuration(ms).matchAll(/([\d.]+) (d|h|min|s)/g)].reduce(
          (sum, [, n, unit]) => sum + Number(n) * seconds[unit as keyof typeof seconds],
          0,
        );
        expect(said * 1000).toBeLessThanOrEqual(ms + 1e-6);
        expect(said * 1000).toBeGreaterThan(ms * 0.9 - 1000);
      }),
    );
  });
});

describe('ages', () => {
  it.each([
    [0, 'now'],
    [-400, 'now'],
    [2_400, '2 s ago'],
    [61_000, '1 min 1 s ago'],
    [-1_620_000, 'in 27 min'],
  ])('%d ms reads %s', (ms, text) => expect(formatAge(ms)).toBe(text));
});

describe('numbers', () => {
  it('keeps every digit of an offset sum past 2^53', () =>
    expect(formatBig('9007199254740993')).toBe('9,007,199,254,740,993'));
  it('groups counts', () => expect(formatCount(18204)).toBe('18,204'));
  it.each([
    [0, '0'],
    [0.01, '<0.1'],
    [0.44, '0.4'],
    [3, '3'],
    [48.4, '48'],
    [1240.2, '1,240'],
  ])('rate %d reads %s', (value, text) => expect(formatRate(value)).toBe(text));
  it.each([
    [512, '512 B'],
    [184_000, '184 kB'],
    [1_400_000, '1.4 MB'],
    [999_900, '1 MB'],
    [2_000_000_000, '2 GB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  it.each([
    [0, '0%'],
    [0.0004, '<0.1%'],
    [0.031, '3.1%'],
    [1, '100%'],
  ])('ratio %d reads %s', (ratio, text) => expect(formatPercent(ratio)).toBe(text));
  it('names one and many', () => {
    expect(plural(1, 'record')).toBe('1 record');
    expect(plural(1240, 'record')).toBe('1,240 records');
    expect(plural(2, 'reply', 'replies')).toBe('2 replies');
  });
});

describe('clock times', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  it('leaves the day out today', () =>
    expect(formatClock(new Date('2026-11-22T02:41:07Z'), now, 'UTC')).toBe('02:41:07'));
  it('names the day otherwise', () =>
    expect(formatClock(new Date('2026-11-21T02:41:07Z'), now, 'UTC')).toBe('21 Nov 02:41:07'));
  it('names the year when it is another', () =>
    expect(formatClock(new Date('2025-11-21T02:41:07Z'), now, 'UTC')).toBe('21 Nov 2025 02:41:07'));
  it('follows the zone', () =>
    expect(formatClock(new Date('2026-11-22T02:41:07Z'), now, 'Asia/Tokyo')).toBe('11:41:07'));
});
