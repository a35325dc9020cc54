export type OffsetRange = { partition: number; from: bigint; to: bigint };

/** Where a log begins, and ends: its start and its high watermark. */
export type LogBounds = { start: bigint; end: bigint };

/**
 * How far a read has come in its ranges, of which a partition may have several. A range is over when its position has reached its end, whether or not a
 * record stands there: what is filtered (markers, aborted records) and what is gone moves the position too.
 */
export class OpenRanges {
  /** What is left of each partition, ascending, none of it empty. The position is where the first begins. */
  readonly #open = new Map<number, { from: bigint; to: bigint }[]>();

  /** @param ranges `to` is exclusive; those of a partition are apart from each other, in any order */
  constructor(ranges: readonly OffsetRange[]) {
    for (const { partition, from, to } of ranges) {
      if (to <= from) continue;
      const open = this.#open.get(partition) ?? [];
      this.#open.set(partition, open);
      open.push({ from, to });
    }
    for (const [partition, open] of this.#open) {
      open.sort((a, b) => (a.from < b.from ? -1 : 1));
      if (open.some(({ to }, at) => to > (open[at + 1]?.from ?? to)))
        throw new RangeError(`Two ranges of partition ${partition} overlap.`);
    }
  }

  /** Partitions of which something is left to read. */
  get size(): number {
    return this.#open.size;
  }

  partitions(): number[] {
    return [...this.#open.keys()];
  }

  /** Where to read on; null where nothing is left to read. */
  nextOf(partition: number): bigint | null {
    return this.#open.get(partition)?.[0]?.from ?? null;
  }

  /** Whether the record there is to be handed over: it is in a range and none at or past it was yet. Asked in offset order, each followed by `advance`. */
  wants(partition: number, offset: bigint): boolean {
    const range = this.#open.get(partition)?.[0];
    return range !== undefined && offset >= range.from && offset < range.to;
  }

  /** Everything below `next` has been read. Never goes back. @returns whether the position moved */
  advance(partition: number, next: bigint): boolean {
    const open = this.#open.get(partition);
    const before = open?.[0]?.from;
    if (!open || before === undefined || next <= before) return false;
    while (open[0] && open[0].to <= next) open.shift();
    if (open[0] && open[0].from < next) open[0].from = next;
    if (open.length === 0) this.#open.delete(partition);
    return true;
  }

  /** Leaves out what the log does not have: below its start, and at or past its end. */
  narrow(bounds: ReadonlyMap<number, LogBounds>): void {
    for (const [partition, { start, end }] of bounds) {
      const open = this.#open.get(partition) ?? [];
      for (const range of open) {
        if (start > range.from) range.from = start;
        if (end < range.to) range.to = end;
      }
      const left = open.filter(({ from, to }) => from < to);
      if (left.length > 0) this.#open.set(partition, left);
      else this.#open.delete(partition);
    }
  }
}
