import { describe, expect, it } from 'vitest';
import { drainWords, methodWords } from './words.ts';

describe('how a number is known', () => {
  it.each([
    ['interpolated', 2_000, 'from when the end of the log was seen to pass it, within 2 s'],
    ['record', 60_000, 'from the record’s own timestamp, within 1 min'],
    ['record', null, 'from the record’s own timestamp, error bound unknown'],
  ] as const)('time lag: %s ± %s', (lagMsMethod, lagMsError, words) =>
    expect(methodWords({ lagMs: 5, lagMsMethod, lagMsError })).toBe(words),
  );
  it('nothing is said of what is not known', () => {
    expect(methodWords({ lagMs: null, lagMsMethod: null, lagMsError: null })).toBeUndefined();
    expect(drainWords(null)).toBeUndefined();
  });
  it('drain: a range, or perhaps never', () => {
    expect(drainWords([60_000, 120_000])).toBe('between 1 min and 2 min');
    expect(drainWords([60_000, null])).toBe('1 min at best; at the rates of half the window, never');
  });
});
