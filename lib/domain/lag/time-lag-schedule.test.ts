import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndTable } from './time-lag.ts';

type Schedule = { name: string; gapMs: (index: number, random: () => number) => number };

/** How records arrive: steadily, in bursts, seldom, and with pauses of minutes. */
const schedules: readonly Schedule[] = [
  { name: '50 a second', gapMs: () => 20 },
  { name: 'one every 7 s', gapMs: () => 7_000 },
  { name: 'at random, 2 s on average', gapMs: (_, random) => -2_000 * Math.log(1 - random()) },
  { name: 'bursts of 200 a minute', gapMs: (index) => (index % 200 === 0 ? 60_000 : 5) },
  {
    name: 'pauses of up to 20 min',
    gapMs: (index, random) => (index % 300 === 0 ? random() * 1_200_000 : 50),
  },
];

/** Deterministic, so that a failure can be looked at (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Sample = { errorMs: number; boundMs: number; truthMs: number };

/** Three hours of polls every 2 s (late by up to half a second, answered within 300 ms), a consumer that falls behind and catches up. */
function observe({ gapMs }: Schedule, seed: number): Sample[] {
  const random = seeded(seed);
  const writtenAt: number[] = [];
  for (let atMs = 0; atMs < 3 * 3_600_000; atMs += gapMs(writtenAt.length, random)) writtenAt.push(atMs);
  const table = new EndTable();
  const samples: Sample[] = [];
  let [end, committed] = [0, 0];
  for (let askedMs = 0; askedMs < 3 * 3_600_000; askedMs += 2_000 + random() * 500) {
    const answeredMs = askedMs + random() * 300;
    const readMs = askedMs + random() * (answeredMs - askedMs);
    while (end < writtenAt.length && (writtenAt[end] ?? 0) <= readMs) end += 1;
    table.add(BigInt(end), askedMs, answeredMs);
    // Between a standstill and twice the speed of the producer, so that ages from seconds to an hour occur.
    if (random() < 0.3)
      committed = Math.min(end, committed + Math.floor(random() * 2 * (end - committed + 1)));
    const truth = writtenAt[committed];
    const read = committed < end ? table.unreadSince(BigInt(committed)) : null;
    if (read && truth !== undefined)
      samples.push({
        errorMs: Math.abs(read.unreadSinceMs - truth),
        boundMs: read.errorMs,
        truthMs: askedMs - truth,
      });
  }
  return samples;
}

describe('time lag against a known schedule', () => {
  it.each(schedules)('$name: close, and inside its own bound', (schedule) => {
    const samples = [1, 2, 3].flatMap((seed) => observe(schedule, seed));
    expect(samples.length).toBeGreaterThan(500);
    const errors = samples.map((each) => each.errorMs).sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(2_000);
    const far = samples.filter((each) => each.errorMs > Math.max(4_000, each.truthMs * 0.05));
    expect(far.length / samples.length).toBeLessThanOrEqual(0.05);
    const outside = samples.filter((each) => each.errorMs > each.boundMs + 1);
    expect(outside.length / samples.length).toBeLessThanOrEqual(0.01);
    expect(samples.every((each) => Number.isFinite(each.errorMs) && Number.isFinite(each.boundMs))).toBe(
      true,
    );
  });

  it('is never NaN, infinite, or in the future, whatever ends were seen', () => {
    const polls = fc.array(
      fc.record({ end: fc.bigInt({ min: 0n, max: 2n ** 62n }), gapMs: fc.nat({ max: 9e6 }) }),
    );
    fc.assert(
      fc.property(polls, fc.bigInt({ min: 0n, max: 2n ** 62n }), (seen, offset) => {
        const table = new EndTable();
        let nowMs = 0;
        for (const { end, gapMs } of seen) {
          nowMs += gapMs;
          table.add(end, nowMs, nowMs + 5);
        }
        const read = table.unreadSince(offset);
        if (read === null) return;
        expect(Number.isFinite(read.unreadSinceMs) && Number.isFinite(read.errorMs)).toBe(true);
        expect(read.unreadSinceMs).toBeLessThanOrEqual(nowMs + 5);
        expect(read.errorMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
