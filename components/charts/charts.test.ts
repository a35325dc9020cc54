import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChartMarker, markerSpots } from './chart-marker.ts';
import { axisLabel, axisTicks, durationTicks } from './time-axis.ts';
import {
  brushed,
  longestMs,
  moved,
  movingSpan,
  rangeMs,
  rangeNames,
  shortestMs,
  zoomed,
} from './time-span.ts';

const now = Date.parse('2026-11-25T02:41:07Z');
const hour = 3_600_000;
const spans = fc
  .tuple(fc.integer({ min: 0, max: 40 * 24 * hour }), fc.integer({ min: shortestMs, max: longestMs }))
  .map(([ago, length]) => ({ from: now - ago - length, to: now - ago }));

describe('a span of time', () => {
  it('moves in steps and holds now', () => {
    for (const range of rangeNames)
      for (const at of [now, now + 1, now + 29_999]) {
        const { from, to, stepMs } = movingSpan(range, at);
        expect(to - from).toBe(rangeMs[range]);
        expect(at >= from && at < to && to - at <= stepMs).toBe(true);
      }
    expect(movingSpan('1h', now)).toEqual(movingSpan('1h', now + 10_000));
  });

  it('zooms about its middle, out as far as what is kept, never past now', () => {
    fc.assert(
      fc.property(spans, fc.constantFrom(0.5, 2), (span, factor) => {
        const next = zoomed(span, factor, now);
        const length = next.to - next.from;
        expect(length).toBeGreaterThanOrEqual(shortestMs);
        expect(length).toBeLessThanOrEqual(longestMs);
        expect(next.to).toBeLessThanOrEqual(now);
        if (factor < 1) expect(next.from >= span.from && next.to <= span.to).toBe(true);
      }),
    );
    expect(zoomed({ from: now - 2 * hour, to: now - hour }, 2, now)).toEqual({
      from: now - 2.5 * hour,
      to: now - 0.5 * hour,
    });
  });

  it('goes back and forth, forth no further than now', () => {
    fc.assert(
      fc.property(spans, fc.constantFrom(-1, -0.5, 0.5, 1), (span, share) => {
        const next = moved(span, share, now);
        expect(next.to - next.from).toBe(span.to - span.from);
        expect(next.to).toBeLessThanOrEqual(now);
      }),
    );
  });

  it('a brush the wrong way round is one, a click is none', () => {
    expect(brushed(now, now - hour)).toEqual({ from: now - hour, to: now });
    expect(brushed(now, now + 5_000)).toBeNull();
  });
});

describe('the axis', () => {
  it('has few round ticks, all inside', () => {
    fc.assert(
      fc.property(spans, (span) => {
        const ticks = axisTicks(span, 6, 0);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        for (const at of ticks) expect(at >= span.from && at <= span.to && at % 60_000 === 0).toBe(true);
      }),
    );
  });

  it('stands on the hours of the zone, and names the day at its midnight', () => {
    const day = { from: now - 24 * hour, to: now };
    const ist = -5.5 * hour;
    expect(axisTicks(day, 6, ist).map((at) => axisLabel(at, day, 'Asia/Kolkata'))).toEqual([
      '12:00',
      '18:00',
      '00:00',
      '06:00',
    ]);
    const days = { from: now - 48 * hour, to: now };
    expect(axisTicks(days, 6, 0).map((at) => axisLabel(at, days, 'UTC'))).toEqual([
      '12:00',
      '24 Nov',
      '12:00',
      '25 Nov',
    ]);
  });
});

describe('an axis of durations', () => {
  it('has few round ticks that reach past the highest', () => {
    expect(durationTicks(600_000)).toEqual([0, 300_000, 600_000]);
    expect(durationTicks(0)).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 24 * hour }), (highest) => {
        const ticks = durationTicks(highest);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest);
      }),
    );
  });
});

describe('markers', () => {
  const marker = (at: number, label: string, kind: ChartMarker['kind'] = 'event'): ChartMarker => ({
    at,
    kind,
    label,
    note: null,
  });
  it('that would cover one another are one spot; outside there are none', () => {
    const spots = markerSpots(
      [
        marker(500, 'c'),
        marker(100, 'a'),
        marker(110, 'b', 'deploy'),
        marker(1_001, 'late'),
        marker(-1, 'early'),
      ],
      { from: 0, to: 1_000 },
    );
    expect(spots.map(({ share, kind, markers }) => [share, kind, markers.map((each) => each.label)])).toEqual(
      [
        [0.1, 'deploy', ['a', 'b']],
        [0.5, 'event', ['c']],
      ],
    );
  });
});
