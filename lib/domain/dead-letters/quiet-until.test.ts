import { describe, expect, it } from 'vitest';
import { quietUntilProblem } from './quiet-until.ts';

const now = new Date('2026-11-26T03:00:00Z');
const inMs = (ms: number) => new Date(now.getTime() + ms);
const dayMs = 24 * 3_600_000;

describe('how long a failure group can be quiet', () => {
  it.each([1, 3_600_000, 30 * dayMs])('%d ms is fine', (ms) => {
    expect(quietUntilProblem(inMs(ms), now)).toBeNull();
  });

  it.each([0, -1, -dayMs])('%d ms is over already', (ms) => {
    expect(quietUntilProblem(inMs(ms), now)).toBe('lies in the past');
  });

  it('a millisecond more than 30 days is too long', () => {
    expect(quietUntilProblem(inMs(30 * dayMs + 1), now)).toBe('lies more than 30 days ahead');
  });
});
