export type OffsetRange = { partition: number; from: bigint; to: bigint };

/** Where a log begins, and ends: its start and its high watermark. */
export type LogBounds = { start: bigint; end: bigint };

/**
 * How far a read has come in each of its ranges. A range is over when its position has reached its end, whether or not a record stands there:
 * what is filtered (markers, aborted records) and what is gone moves the position too.
 */
export class OpenRanges {
  readonly #open = new Map<number, { next: bigint; to: bigint }>();

  /** @param ranges one a partition; `to` is exclusive */
  constructor(ranges: readonly OffsetRange[]) {
    for (const { partition, from, to } of ranges) {
      if (this.#open.has(partition)) throw new RangeError(`Two ranges of partition ${partition}.`);
      if (to > from) this.#open.set(partition, { next: from, to });
    }
  }

  get size(): number {
    return this.#open.size;
  }

  partitions(): number[] {
    return [...this.#open.keys()];
  }

  /** Where to read on; null where nothing is left to read. */
  nextOf(partition: number): bigint | null {
    return this.#open.get(partition)?.next ?? null;
  }

  /** Whether the record there is to be handed over: it is in the range and none at or past it was yet. */
  wants(partition: number, offset: bigint): boolean {
    const range = this.#open.get(partition);
    return range !== undefined && offset >= range.next && offset < range.to;
  }

  /** Everything below `next` has been read. Never goes back. @returns whether the position moved */
  advance(partition: number, next: bigint): boolean {
    const range = this.#open.get(partition);
    if (!range || next <= range.next) return false;
    range.next = next;
    if (next >= range.to) this.#open.delete(partition);
    return true;
  }

  /** Leaves out what the log does not have: below its start, and at or past its end. */
  narrow(bounds: ReadonlyMap<number, LogBounds>): void {
    for (const [partition, { start, end }] of bounds) {
      const range = this.#open.get(partition);
      if (!range) continue;
      if (start > range.next) range.next = start;
      if (end < range.to) range.to = end;
      if (range.next >= range.to) this.#open.delete(partition);
    }
  }
}
