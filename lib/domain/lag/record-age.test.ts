import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecordClock, recordAge } from './record-age.ts';

const nowMs = 10_000_000;
const clock = (more: Partial<RecordClock> = {}): RecordClock => ({
  timestampMs: nowMs - 60_000,
  disorderMs: 0,
  nowMs,
  writtenBeforeMs: nowMs - 30_000,
  newest: { timestampMs: nowMs - 9_000, written: { afterMs: nowMs - 10_000, beforeMs: nowMs - 8_000 } },
  ...more,
});

describe('since when a record waits, by its own timestamp', () => {
  it.each<[string, Partial<RecordClock>, { ageMs: number; errorMs: number | null } | null]>([
    ['a clock that agrees: sure to the gap between two polls', {}, { ageMs: 60_000, errorMs: 2_000 }],
    ['nothing arrived since, so no bound', { newest: null }, { ageMs: 60_000, errorMs: null }],
    [
      'a clock an hour behind: the bound says so',
      {
        timestampMs: nowMs - 3_660_000,
        newest: {
          timestampMs: nowMs - 3_609_000,
          written: { afterMs: nowMs - 10_000, beforeMs: nowMs - 8_000 },
        },
      },
      { ageMs: 3_660_000, errorMs: 3_601_000 },
    ],
    ['neighbours out of order widen it', { disorderMs: 5_000 }, { ageMs: 60_000, errorMs: 7_000 }],
    [
      'ahead of now, but known to have been there: brought back to when it was seen',
      { timestampMs: nowMs + 3_600_000, newest: null },
      { ageMs: 30_000, errorMs: null },
    ],
    ['ahead of now and nothing known', { timestampMs: nowMs + 5, newest: null, writtenBeforeMs: null }, null],
    ['no timestamp (-1)', { timestampMs: -1 }, null],
  ])('%s', (_name, more, expected) => {
    const age = recordAge(clock(more));
    expect(age && { ageMs: nowMs - age.unreadSinceMs, errorMs: age.errorMs }).toEqual(expected);
  });

  it('whatever clocks say, the age is finite, not negative, and no younger than what was seen', () => {
    const any = fc.integer({ min: -1, max: 2 * nowMs });
    fc.assert(
      fc.property(
        any,
        fc.nat(),
        fc.option(fc.integer({ min: 0, max: nowMs })),
        any,
        (timestampMs, disorderMs, seenMs, newestMs) => {
          const age = recordAge(
            clock({
              timestampMs,
              disorderMs,
              writtenBeforeMs: seenMs,
              newest: { timestampMs: newestMs, written: { afterMs: nowMs - 4_000, beforeMs: nowMs - 2_000 } },
            }),
          );
          if (age === null) return;
          expect(age.unreadSinceMs).toBeLessThanOrEqual(Math.min(nowMs, seenMs ?? nowMs));
          expect(Number.isFinite(age.unreadSinceMs) && (age.errorMs ?? 0) >= 0).toBe(true);
        },
      ),
    );
  });
});
