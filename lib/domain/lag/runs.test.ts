import { describe, expect, it } from 'vitest';
import {
  leastLagBetween,
  lowered,
  newestRun,
  noRuns,
  openRun,
  runAt,
  runCount,
  runsSince,
  turned,
} from './runs.ts';

const run = (fromMs: number, leastLag: number, committed = 0) =>
  openRun({ fromMs, committed, highWatermark: committed, leastLag });
const two = turned(run(0, 9), 4_000, run(6_000, 5, 10), 1_000);

describe('runs of a window', () => {
  it('are none at first', () => {
    expect(runCount(noRuns)).toBe(0);
    expect(newestRun(noRuns)).toBeNull();
    expect(runAt(two, 2)).toBeNull();
  });
  it('the one before ends where its last poll was, the newest is open', () => {
    expect(runAt(two, 0)).toEqual({
      fromMs: 0,
      toMs: 4_000,
      joined: false,
      committed: 0,
      highWatermark: 0,
      leastLag: 9,
    });
    expect(newestRun(two)).toMatchObject({ fromMs: 6_000, toMs: Number.POSITIVE_INFINITY, committed: 10 });
  });
  it('short ones become one, with the least lag of both and where the first of them stood', () => {
    const joined = turned(two, 8_000, run(10_000, 7, 30), 10_000);
    expect(runCount(joined)).toBe(2);
    expect(runAt(joined, 0)).toMatchObject({
      fromMs: 0,
      toMs: 8_000,
      joined: true,
      committed: 0,
      leastLag: 5,
    });
    expect(newestRun(joined)).toMatchObject({ fromMs: 10_000, committed: 30, leastLag: 7 });
  });
  it('a lower lag is kept, a higher one changes nothing', () => {
    expect(newestRun(lowered(two, 3))).toMatchObject({ leastLag: 3 });
    expect(lowered(two, 6)).toBe(two);
    expect(newestRun(two)).toMatchObject({ leastLag: 5 });
  });
  it('the least lag of a span is that of every run that touches it', () => {
    expect(leastLagBetween(two, 0, 10_000)).toBe(5);
    expect(leastLagBetween(two, 0, 5_000)).toBe(9);
    expect(leastLagBetween(two, 4_500, 5_000)).toBe(Number.POSITIVE_INFINITY);
  });
  it('those that ended before are let go of', () => {
    expect(runsSince(two, 4_000)).toBe(two);
    expect(runAt(runsSince(two, 4_001), 0)).toMatchObject({ fromMs: 6_000 });
  });
});
