import { describe, expect, it } from 'vitest';
import { historyStepMs } from './history-step.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const hour = 3_600_000;
const step = (hours: number, agoHours = 0, wantedMs: number | null = null) => {
  const toMs = now - agoHours * hour;
  return historyStepMs({ fromMs: toMs - hours * hour, toMs }, now, wantedMs) / 1_000;
};

describe('the step of lag over time', () => {
  it.each([
    [0.25, 10],
    [1, 10],
    [1.5, 30],
    [6, 60],
    [24, 300],
    [7 * 24, 1_800],
    [30 * 24, 7_200],
    [10 * 365 * 24, 11 * 86_400],
  ])('of %d h is %d s', (hours, seconds) => expect(step(hours)).toBe(seconds));

  it('is a minute where only minutes are kept', () => {
    expect(step(1, 22)).toBe(10);
    expect(step(1, 24)).toBe(60);
    expect(step(1, 24, 10_000)).toBe(60);
    expect(step(6, 48)).toBe(60);
  });

  it('is what is asked for, unless that is finer than what there is or too much to draw', () => {
    expect(step(1, 0, 30_000)).toBe(30);
    expect(step(1, 0, 1_000)).toBe(10);
    expect(step(30 * 24, 0, 1_000)).toBe(1_728);
    expect(step(24, 0, 90_500)).toBe(91);
  });
});
