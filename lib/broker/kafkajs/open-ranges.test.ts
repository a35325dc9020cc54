import { describe, expect, it } from 'vitest';
import { OpenRanges } from './open-ranges.ts';

const one = (from: bigint, to: bigint) => new OpenRanges([{ partition: 0, from, to }]);
const log = (start: bigint, end: bigint) => new Map([[0, { start, end }]]);

describe('ranges that are read', () => {
  it('are over by position, though no record stands at their end', () => {
    const open = one(5n, 8n);
    expect([4n, 5n, 7n, 8n].map((offset) => open.wants(0, offset))).toEqual([false, true, true, false]);
    expect(open.advance(0, 6n)).toBe(true);
    expect([5n, 6n].map((offset) => open.wants(0, offset))).toEqual([false, true]);
    // A marker at 7, or a jump past the end.
    expect(open.advance(0, 8n)).toBe(true);
    expect({ size: open.size, next: open.nextOf(0), wants: open.wants(0, 7n) }).toEqual({
      size: 0,
      next: null,
      wants: false,
    });
  });

  it('never go back, as a client does that begins again', () => {
    const open = one(5n, 8n);
    open.advance(0, 7n);
    expect(open.advance(0, 3n)).toBe(false);
    expect(open.advance(0, 7n)).toBe(false);
    expect(open.nextOf(0)).toBe(7n);
    expect(open.advance(9, 3n)).toBe(false);
  });

  it('keep to what the log has, and end where it has nothing of them', () => {
    const open = one(5n, 8n);
    open.narrow(log(6n, 7n));
    expect([5n, 6n, 7n].map((offset) => open.wants(0, offset))).toEqual([false, true, false]);
    // Deleted from the start, up to there.
    open.narrow(log(7n, 7n));
    expect(open.size).toBe(0);
    for (const bounds of [log(8n, 20n), log(0n, 5n)]) {
      const other = one(5n, 8n);
      other.narrow(bounds);
      expect(other.partitions()).toEqual([]);
    }
  });

  it('of one partition are read one after the other, and what is between them is passed over', () => {
    const open = new OpenRanges([
      { partition: 0, from: 20n, to: 22n },
      { partition: 1, from: 0n, to: 1n },
      { partition: 0, from: 3n, to: 5n },
      { partition: 0, from: 30n, to: 31n },
    ]);
    expect(open.nextOf(0)).toBe(3n);
    open.advance(0, 5n);
    expect(open.nextOf(0)).toBe(20n);
    // What was fetched with it goes on past its end.
    expect(open.advance(0, 7n)).toBe(false);
    expect([7n, 19n, 20n, 22n, 30n].map((offset) => open.wants(0, offset))).toEqual([
      ...[false, false, true, false, false],
    ]);
    open.advance(0, 21n);
    expect(open.nextOf(0)).toBe(21n);
    open.narrow(log(0n, 30n));
    open.advance(0, 40n);
    expect(open.partitions()).toEqual([1]);
  });

  it('do not overlap, and are none where nothing is asked', () => {
    expect(one(5n, 5n).size).toBe(0);
    const second = { partition: 0, from: 1n, to: 3n };
    expect(() => new OpenRanges([second, { partition: 0, from: 0n, to: 2n }])).toThrow('overlap');
  });
});
