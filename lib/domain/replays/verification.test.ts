import { describe, expect, it } from 'vitest';
import type { PackedOutcome } from './batch.ts';
import { initialRun } from './run.ts';
import type { ReplayState } from './state.ts';
import { allSettled, settledOf, verificationOf } from './verification.ts';

const fresh = initialRun(
  { ramp: [100], manifest: { records: 100 } },
  { canaryRecords: 20, recordsPerSecond: 10 },
  new Date('2026-11-27T12:00:00.000Z'),
);
const passedFirst = {
  ...fresh,
  stepIndex: 1,
  steps: fresh.steps.map((step, n) => (n === 0 ? { ...step, state: 'passed' as const } : step)),
};
const landed = (ordinal: number): PackedOutcome => [ordinal, 'replayed', 0, String(100 + ordinal), null];
/** Committed a moment ago, past everything up to ordinal 49. */
const seen = { watermarks: new Map([[0, 150n]]), returned: new Set([3]), hasTarget: true };

describe('what became of a record where it landed', () => {
  it.each<[string, ReplayState, typeof fresh | null, number, string | null]>([
    ['is not known of the first batch before its settle time is over', 'canary', fresh, 5, 'waiting'],
    [
      'is consumed past, of the first batch, once that has passed',
      'ramping',
      passedFirst,
      5,
      'consumed_past',
    ],
    ['is not known of what was sent after it', 'ramping', passedFirst, 20, 'waiting'],
    ['nor while all of it is verified', 'verifying', passedFirst, 20, 'waiting'],
    ['nor while it is paused', 'paused', passedFirst, 20, 'waiting'],
    ['is consumed past when the verification was closed', 'verified', passedFirst, 20, 'consumed_past'],
    ['also where that ended in doubt', 'indeterminate', passedFirst, 20, 'consumed_past'],
    [
      'will never be known of what the target did not reach',
      'indeterminate',
      passedFirst,
      60,
      'indeterminate',
    ],
    ['will never be known after an abort', 'aborted', passedFirst, 20, 'indeterminate'],
    [
      'is consumed past after an abort, of the first batch that had passed',
      'aborted',
      passedFirst,
      5,
      'consumed_past',
    ],
    ['is that it came back, as soon as that was seen', 'canary', fresh, 3, 'came_back'],
  ])('%s', (_what, state, run, ordinal, expected) => {
    expect(verificationOf(landed(ordinal), seen, settledOf({ state, run }))).toBe(expected);
  });

  it('is nothing of what was not sent, and where nobody is to consume it', () => {
    expect(verificationOf([1, 'skipped', null, null, 'expired'], seen, allSettled)).toBeNull();
    expect(verificationOf(landed(1), { ...seen, hasTarget: false }, allSettled)).toBeNull();
  });

  it('is not known where it landed at a place that is not known, or whose committed offset is not', () => {
    expect(verificationOf([1, 'replayed', null, null, null], seen, allSettled)).toBe('indeterminate');
    const unread = { ...seen, watermarks: new Map([[0, null]]) };
    expect(verificationOf(landed(1), unread, allSettled)).toBe('indeterminate');
  });
});
