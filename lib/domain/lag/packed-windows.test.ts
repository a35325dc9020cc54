import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackedWindows } from './packed-windows.ts';
import { addPoll, emptyWindow, type PartitionWindow } from './window.ts';

/** The window counted from where its first run stands: how far apart things are is all that anyone reads of it. */
function meaning({ committedBase, endBase, runs, ...rest }: PartitionWindow) {
  const [committed = 0, end = 0] = [runs[3], runs[4]];
  return {
    ...rest,
    committedBase: committedBase + BigInt(committed),
    endBase: endBase + BigInt(end),
    runs: runs.map((value, at) => (at % 6 === 3 ? value - committed : at % 6 === 4 ? value - end : value)),
  };
}

const seen = (atMs: number, committed: bigint, end: bigint, previousMs: number | null = atMs - 2_000) => ({
  atMs,
  previousMs,
  committed,
  logStart: 0n,
  lastStable: end,
  highWatermark: end,
  lagRecords: end - committed,
  lagStableRecords: end - committed,
  expiredRecords: 0n,
  assigned: true,
});

describe('packed windows', () => {
  it('are what was put in, round after round, whatever the group does', () => {
    const offset = fc.bigInt({ min: 0n, max: 3n });
    const jump = fc.oneof(
      { weight: 9, arbitrary: offset },
      { weight: 1, arbitrary: fc.constantFrom(-3n, 2n ** 33n, 2n ** 60n) },
    );
    const step = fc.record({
      partition: fc.integer({ min: 0, max: 12 }),
      committed: jump,
      end: jump,
      waitMs: fc.constantFrom(0, 2_000, 7_000, 5_000_000_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [packed, plain] = [new PackedWindows(), new Map<number, PartitionWindow>()];
        const at = new Map<number, [bigint, bigint]>();
        let nowMs = 1_700_000_000_000;
        for (const { partition, committed, end, waitMs } of steps) {
          const [before, endBefore] = at.get(partition) ?? [10n, 20n];
          const now: [bigint, bigint] = [before + committed, endBefore + end];
          at.set(partition, now);
          nowMs += 2_000 + waitMs;
          const poll = seen(nowMs, ...now);
          plain.set(partition, addPoll(plain.get(partition) ?? emptyWindow, poll));
          packed.set(partition, addPoll(packed.get(partition) ?? emptyWindow, poll));
          for (const [known, window] of plain) {
            const read = packed.get(known);
            expect(read && meaning(read)).toEqual(meaning(window));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keep a window that does not fit', () => {
    const packed = new PackedWindows();
    const deep = addPoll(emptyWindow, seen(1_000, 0n, 2n ** 40n, null));
    const rewound = addPoll(addPoll(emptyWindow, seen(1_000, 9n, 9n, null)), seen(3_000, 4n, 9n));
    packed.set(0, deep);
    packed.set(3, rewound);
    expect(packed.get(0)).toEqual(deep);
    expect(packed.get(3)).toMatchObject({ rewoundFrom: { offset: 9n, atMs: 3_000 } });
    packed.set(3, addPoll(emptyWindow, seen(5_000, 1n, 2n, null)));
    expect(packed.get(3)).toMatchObject({ committedBase: 1n, rewoundFrom: null });
  });

  it('let go of what is not kept, and know nothing of what was never put in', () => {
    const packed = new PackedWindows();
    const window = addPoll(emptyWindow, seen(1_000, 1n, 2n, null));
    packed.set(0, window);
    packed.set(5, window);
    packed.set(6, addPoll(emptyWindow, seen(1_000, 0n, 2n ** 40n, null)));
    expect(packed.get(1)).toBeNull();
    packed.keepOnly((partition) => partition === 5);
    expect([0, 5, 6, 99].map((each) => packed.get(each) !== null)).toEqual([false, true, false, false]);
    packed.delete(5);
    packed.delete(99);
    packed.set(0, emptyWindow);
    expect([packed.get(5), packed.get(0)]).toEqual([null, null]);
  });
});
