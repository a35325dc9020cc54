import { describe, expect, it } from 'vitest';
import { LandedPlaces } from './landed-places.ts';

const hashOf = (n: number) => n.toString(16).padStart(32, '0');

describe('where records landed', () => {
  it('gives each place once, and says what was never found', () => {
    const places = new LandedPlaces();
    // Every third offset is a marker, or somebody else's.
    for (let n = 0; n < 5000; n++)
      places.add(n % 3, BigInt(n - (n % 3)) * 2n ** 33n, { ordinal: n, hash: hashOf(n) });
    expect(places.size).toBe(5000);
    expect(places.take(0, 1n)).toBeNull();
    expect(places.take(9, 0n)).toBeNull();
    for (let n = 4999; n > 0; n--) {
      const offset = BigInt(n - (n % 3)) * 2n ** 33n;
      expect(places.take(n % 3, offset)).toEqual({ ordinal: n, hash: hashOf(n) });
      expect(places.take(n % 3, offset)).toBeNull();
    }
    expect([...places.left()]).toEqual([0]);
    const all = { partition: 0, from: 0n, to: 4998n * 2n ** 33n + 1n };
    expect(places.ranges(2n ** 60n)[0]).toEqual(all);
  });

  it('finds what does not come in order, and loses neither of two at one place', () => {
    const places = new LandedPlaces();
    for (const [ordinal, offset] of [7n, 3n, 9n, 9n].entries())
      places.add(1, offset, { ordinal, hash: hashOf(ordinal) });
    expect(places.ranges(10n)).toEqual([{ partition: 1, from: 3n, to: 10n }]);
    expect([3n, 7n, 9n].map((offset) => places.take(1, offset)?.ordinal)).toEqual([1, 0, 3]);
    expect([...places.left()]).toEqual([2]);
    expect(new LandedPlaces().ranges(1n)).toEqual([]);
  });

  it('are read in ranges, which leave out what is far from all of them', () => {
    const places = new LandedPlaces();
    for (const [ordinal, offset] of [0n, 1n, 4n, 100n, 101n, 9000n, 2n, 101n].entries())
      places.add(ordinal === 5 ? 2 : 1, offset, { ordinal, hash: hashOf(ordinal) });
    const range = (partition: number, from: bigint, to: bigint) => ({ partition, from, to });
    expect(places.ranges(3n)).toEqual([range(1, 0n, 5n), range(1, 100n, 102n), range(2, 9000n, 9001n)]);
    expect(places.ranges(1n)).toEqual([
      ...[range(1, 0n, 3n), range(1, 4n, 5n), range(1, 100n, 102n), range(2, 9000n, 9001n)],
    ]);
  });
});
