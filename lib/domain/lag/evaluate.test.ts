import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionReading } from '#fixtures/lag.ts';
import { evaluatePartition } from './evaluate.ts';
import { lagMsAt, type PartitionReading, summarize } from './group.ts';
import { onlyMarkersLeft } from './markers.ts';
import { offsetLag } from './offsets.ts';
import { rates } from './rates.ts';
import { runCount } from './runs.ts';
import { type LagStatus, lagStatuses } from './status.ts';
import { addPoll, emptyWindow, type PartitionWindow, type Poll } from './window.ts';

type Seen = { committed?: number | null; end?: number | null; start?: number; assigned?: boolean | null };

/** Polls every 2 s; each entry is what one poll saw, `times` repeats it. */
function follow(
  polls: readonly (Seen & { times?: number })[],
  more: { orphaned?: boolean; share?: boolean } = {},
) {
  let window: PartitionWindow = emptyWindow;
  let atMs = 0;
  let status: LagStatus = 'unknown';
  for (const { times = 1, ...seen } of polls) {
    for (let i = 0; i < times; i++) {
      atMs += 2_000;
      const big = (value: number | null | undefined) => (value == null ? null : BigInt(value));
      const end = big(seen.end === undefined ? 100 : seen.end);
      const offsets = {
        committed: big(seen.committed),
        logStart: end === null ? null : BigInt(seen.start ?? 0),
        lastStable: end,
        highWatermark: end,
      };
      const poll: Poll = {
        ...offsets,
        ...offsetLag(offsets),
        atMs,
        previousMs: atMs > 2_000 ? atMs - 2_000 : null,
        assigned: seen.assigned === undefined ? true : seen.assigned,
      };
      window = addPoll(window, poll);
      status = evaluatePartition({
        poll,
        committedKnown: true,
        window,
        orphaned: more.orphaned ?? false,
        stalledAfterMs: 30_000,
        share: more.share ?? false,
      });
    }
  }
  return { status, window, nowMs: atMs };
}

const growing = (
  count: number,
  from: { committed: number; end: number },
  step: { committed: number; end: number },
) =>
  Array.from({ length: count }, (_, i) => ({
    committed: from.committed + i * step.committed,
    end: from.end + i * step.end,
  }));

describe('evaluatePartition', () => {
  it.each<[string, readonly (Seen & { times?: number })[], LagStatus]>([
    ['everything read', [{ committed: 100, times: 3 }], 'ok'],
    ['never committed', [{ committed: null }], 'never_committed'],
    ['nothing known', [{ committed: null, end: null }], 'unknown'],
    ['the end not known', [{ committed: 5, end: null }], 'unknown'],
    ['behind at the very first poll', [{ committed: 5 }], 'unknown'],
    ['behind at two polls', [{ committed: 5, times: 2 }], 'lagging'],
    ['behind, standing for 28 s', [{ committed: 5, times: 15 }], 'lagging'],
    ['behind, standing for 30 s, a member has it', [{ committed: 5, times: 16 }], 'stalled'],
    [
      'behind, standing for 30 s, no member has it',
      [{ committed: 5, assigned: false, times: 16 }],
      'stopped',
    ],
    ['behind, standing, members not known', [{ committed: 5, assigned: null, times: 16 }], 'stalled'],
    [
      'standing a long time without lag, then one record',
      [
        { committed: 100, times: 40 },
        { committed: 100, end: 101 },
      ],
      'ok',
    ],
    [
      '… and it is not read for 30 s',
      [
        { committed: 100, times: 40 },
        { committed: 100, end: 101, times: 16 },
      ],
      'stalled',
    ],
    [
      'one record a minute, read after 4 s',
      Array.from({ length: 10 }, (_, i) => [
        { committed: 100 + i, end: 101 + i, times: 2 },
        { committed: 101 + i, end: 101 + i, times: 28 },
      ]).flat(),
      'ok',
    ],
    [
      'stalled, then moving again',
      [{ committed: 5, times: 20 }, { committed: 50 }, { committed: 100 }],
      'ok',
    ],
    [
      'an unknown poll does not hide a stall',
      [{ committed: 5, times: 20 }, { committed: 5, end: null }, { committed: 5 }],
      'stalled',
    ],
    ['catching up', growing(15, { committed: 0, end: 10_000 }, { committed: 500, end: 100 }), 'ok'],
    ['falling behind', growing(15, { committed: 0, end: 100 }, { committed: 10, end: 100 }), 'lagging'],
    [
      'a little always under way',
      growing(15, { committed: 90, end: 100 }, { committed: 100, end: 100 }),
      'ok',
    ],
    ['retention overtook it', [{ committed: 5, start: 10 }], 'expired'],
    ['expired is worse than stalled', [{ committed: 5, start: 10, times: 30 }], 'expired'],
    ['past the end', [{ committed: 101 }], 'ahead'],
    ['went back', [{ committed: 90 }, { committed: 20 }], 'rewound'],
    [
      'went back and regained it',
      [
        { committed: 90 },
        { committed: 20 },
        { committed: 60 },
        { committed: 90, times: 2 },
        { committed: 100 },
      ],
      'ok',
    ],
    [
      'went back twice, regained only the second',
      [{ committed: 90 }, { committed: 20 }, { committed: 60 }, { committed: 30 }, { committed: 60 }],
      'rewound',
    ],
    ['a rewind is forgotten after 10 minutes', [{ committed: 90 }, { committed: 20, times: 310 }], 'stalled'],
  ])('%s', (_name, polls, expected) => {
    expect(follow(polls).status).toBe(expected);
  });

  it('orphaned before all that needs a reader', () => {
    expect(follow([{ committed: 5, times: 30 }], { orphaned: true }).status).toBe('orphaned');
  });
  it.each<[LagStatus, LagStatus]>([
    ['stalled', 'ok'],
    ['stopped', 'ok'],
    ['lagging', 'ok'],
    ['expired', 'expired'],
    ['rewound', 'rewound'],
  ])('markers alone are no lag: %s becomes %s', (before, after) => {
    const reading = onlyMarkersLeft(partitionReading({ status: before, lagRecords: 2n, drainMs: null }));
    expect(reading).toMatchObject({ status: after, lagRecords: 2n, drainMs: 0, lagMsError: 0 });
    expect(lagMsAt(reading, 5_000)).toBe(0);
  });
  it('a share group is stopped without members, and never stalled or rewound', () => {
    const share = { share: true };
    expect(follow([{ committed: 5, times: 30 }], share).status).toBe('lagging');
    expect(follow([{ committed: 5, times: 30, assigned: false }], share).status).toBe('stopped');
    expect(follow([{ committed: 90 }, { committed: 20, times: 2 }], share).status).toBe('lagging');
  });

  it('whatever the polls, lag that stands for 30 s is named, and no lag never is', () => {
    const seen = fc.record({
      committed: fc.integer({ min: 0, max: 100 }),
      end: fc.integer({ min: 100, max: 120 }),
    });
    fc.assert(
      fc.property(
        fc.array(seen, { maxLength: 30 }),
        fc.integer({ min: 0, max: 150 }),
        (history, committed) => {
          const past = history.sort((a, b) => a.end - b.end);
          const { status } = follow([...past, { committed, end: 120, times: 320 }]);
          expect(status).toBe(committed < 120 ? 'stalled' : committed === 120 ? 'ok' : 'ahead');
        },
      ),
    );
  });
});

describe('window', () => {
  it('an idle partition costs one run, an active one no more than the window', () => {
    expect(runCount(follow([{ committed: 100, times: 1_000 }]).window.runs)).toBe(1);
    expect(
      runCount(follow(growing(500, { committed: 0, end: 10 }, { committed: 1, end: 2 })).window.runs),
    ).toBeLessThanOrEqual(9);
  });
  it('says since when the offset stands, and does not claim it for what it never saw move', () => {
    expect(follow([{ committed: 5, times: 9 }]).window.committedSinceMs).toBeNull();
    expect(
      follow([
        { committed: 5, times: 2 },
        { committed: 6, times: 5 },
      ]).window.committedSinceMs,
    ).toBe(6_000);
  });
  it('offsets too far apart to be counted exactly begin it anew', () => {
    const far = { committed: 9_007_199_254_740_994n, highWatermark: 9_007_199_254_741_000n, lagRecords: 6n };
    const offsets = { logStart: 0n, lastStable: null, lagStableRecords: null, expiredRecords: 0n };
    const { window, nowMs } = follow([{ committed: 1, end: 7, times: 3 }]);
    const next = addPoll(window, {
      ...offsets,
      ...far,
      atMs: nowMs + 2_000,
      previousMs: nowMs,
      assigned: true,
    });
    expect(runCount(next.runs)).toBe(1);
    expect(next).toMatchObject({ committedBase: far.committed, endBase: far.highWatermark });
  });
  it('rates are those of the window, not of the silence before it', () => {
    const { window, nowMs } = follow([
      { committed: 100, times: 100 },
      ...growing(10, { committed: 100, end: 120 }, { committed: 20, end: 20 }),
    ]);
    const { consume, produce } = rates(window, nowMs);
    expect(produce).toBeCloseTo(10, 0);
    expect(consume).toBeCloseTo(9, 0);
  });
});

describe('summarize', () => {
  const reading = (status: LagStatus, lag: number | null): PartitionReading =>
    partitionReading({
      status,
      lagRecords: lag === null ? null : BigInt(lag),
      lagMsMethod: lag === null ? null : 'interpolated',
      unreadSinceMs: lag === null || lag <= 0 ? null : 10_000 - lag,
      drainMs: lag,
    });
  const anyReading = fc
    .tuple(fc.constantFrom(...lagStatuses), fc.option(fc.integer({ min: -50, max: 1_000 })))
    .map(([status, lag]) => reading(status, lag));

  it('nothing known stays unknown', () => {
    expect(summarize([])).toMatchObject({
      status: 'unknown',
      lagRecords: null,
      lagMsMethod: null,
      drainMs: null,
    });
    expect(summarize([reading('never_committed', null)])).toMatchObject({
      status: 'never_committed',
      lagRecords: null,
    });
  });
  it('an idle healthy partition more never makes a group worse', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 1 }), (partitions) => {
        const before = summarize(partitions);
        const after = summarize([...partitions, reading('ok', 0)]);
        expect(lagStatuses.indexOf(after.status)).toBe(lagStatuses.indexOf(before.status));
        expect(after.lagRecords ?? 0n).toBe(before.lagRecords ?? 0n);
      }),
    );
  });
  it('the order of partitions does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 8 }), (partitions) => {
        const { worst: _one, ...forward } = summarize(partitions);
        const { worst: _two, ...backward } = summarize(partitions.toReversed());
        expect(backward).toEqual(forward);
      }),
    );
  });
});
