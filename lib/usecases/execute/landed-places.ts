import { doubled } from '#lib/domain/kernel/number-columns.ts';
import type { OffsetRange } from './read-portions.ts';

const hashBytes = 16;
const firstRoom = 1024;

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is to be found at one place of a partition. */
export type LandedPlace = { ordinal: number; hash: string };

const emptyColumn = (room: number) => ({
  offsets: new BigInt64Array(room),
  ordinals: new Uint32Array(room),
  hashes: Buffer.alloc(room * hashBytes),
  found: new Uint8Array(room),
});
type Column = ReturnType<typeof emptyColumn> & { size: number };

const grown = ({ size, ...columns }: Column): Column => ({
  ...doubled(columns, columns.offsets.length, emptyColumn),
  size,
});

/**
 * Where records landed, by partition and offset: 29 bytes a record outside of the heap, so that a replay of half a million takes some 15 MB.
 * Offsets of a partition come ascending, as batches land; the few that may not are kept beside.
 */
export class LandedPlaces {
  readonly #columns = new Map<number, Column>();
  readonly #strays = new Map<string, LandedPlace & { partition: number; offset: bigint }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param hash the first 16 bytes, in hex */
  add(partition: number, offset: bigint, { ordinal, hash }: LandedPlace): void {
    let column = this.#columns.get(partition) ?? { ...emptyColumn(firstRoom), size: 0 };
    if (column.size === column.offsets.length) column = grown(column);
    this.#columns.set(partition, column);
    const at = column.size;
    this.#size++;
    const last = column.offsets[at - 1];
    if (at > 0 && last !== undefined && offset <= last) {
      this.#strays.set(`${partition}:${offset}`, { partition, offset, ordinal, hash });
      return;
    }
    column.offsets[at] = offset;
    column.ordinals[at] = ordinal;
    column.hashes.write(hash, at * hashBytes, hashBytes, 'hex');
    column.size++;
  }

  /** What is expected at a place, once; null where nothing is, or it was taken before. */
  take(partition: number, offset: bigint): LandedPlace | null {
    const column = this.#columns.get(partition);
    if (!column) return null;
    const name = this.#strays.size === 0 ? '' : `${partition}:${offset}`;
    const stray = this.#strays.get(name);
    if (stray) {
      this.#strays.delete(name);
      return { ordinal: stray.ordinal, hash: stray.hash };
    }
    let from = 0;
    let to = column.size;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((column.offsets[middle] ?? 0n) < offset) from = middle + 1;
      else to = middle;
    }
    if (from >= column.size || column.offsets[from] !== offset || column.found[from] === 1) return null;
    column.found[from] = 1;
    return {
      ordinal: column.ordinals[from] ?? 0,
      hash: column.hashes.toString('hex', from * hashBytes, (from + 1) * hashBytes),
    };
  }

  /**
   * From a first to past a last place of each partition, ascending: places that stand at most `bridged` offsets apart are in one, what is between them too.
   */
  ranges(bridged: bigint): OffsetRange[] {
    const strays = [...this.#strays.values()];
    return [...this.#columns].flatMap(([partition, { offsets, size }]) => {
      const astray = strays.filter((stray) => stray.partition === partition).map((stray) => stray.offset);
      const all =
        astray.length === 0
          ? offsets.subarray(0, size)
          : [...offsets.subarray(0, size), ...astray].sort(ascending);
      const ranges: OffsetRange[] = [];
      let open: OffsetRange | undefined;
      for (const offset of all) {
        if (open && offset - open.to < bridged) {
          if (offset >= open.to) open.to = offset + 1n;
        } else {
          open = { partition, from: offset, to: offset + 1n };
          ranges.push(open);
        }
      }
      return ranges;
    });
  }

  /** Ordinals of what was never taken. */
  *left(): Generator<number> {
    for (const { ordinals, found, size } of this.#columns.values())
      for (let at = 0; at < size; at++) if (found[at] === 0) yield ordinals[at] ?? 0;
    for (const { ordinal } of this.#strays.values()) yield ordinal;
  }
}
