/** An end offset that a table holds: first seen by the poll answered at `fromMs`, last by the one asked at `toMs`. */
export type EndRun = { end: bigint; fromMs: number; toMs: number };

export const endTableMemoryMs = 24 * 3_600_000;
const fineMs = 60_000;
/** Past the fine part, neighbours may lie this share of their age apart: the error stays in proportion, the table small. */
const coarseShare = 0.05;
const firstCapacity = 8;
/** How much longer than after the last clearing the table may get before it is cleared again. */
const clearEvery = 16;

export type TimeLag = { unreadSinceMs: number; errorMs: number };

/**
 * When the end of one partition's log was where: shared by all groups that read it. A record at `offset` was written after the last poll that
 * was asked while the end stood at or before it, and before the first poll was answered that saw the end past it; that holds
 * whatever the timestamps of records say. A day is kept in at most a few hundred entries of 24 bytes (they are many: 5,000 partitions).
 */
export class EndTable {
  #ends = new BigInt64Array(firstCapacity);
  #fromMs = new Float64Array(firstCapacity);
  #toMs = new Float64Array(firstCapacity);
  #length = 0;
  #clearAt = clearEvery;

  get length(): number {
    return this.#length;
  }

  /** One more poll. An end that went back starts the table anew: the log is another one. */
  add(end: bigint, askedMs: number, answeredMs = askedMs): void {
    const at = this.#length - 1;
    const last = this.#ends[at];
    if (last === undefined || at < 0 || end < last) {
      this.#length = 0;
      this.#put(end, answeredMs, askedMs);
    } else if (end === last) {
      this.#toMs[at] = Math.max(this.#toMs[at] ?? askedMs, askedMs);
    } else if (askedMs > (this.#toMs[at] ?? 0)) {
      this.#put(end, answeredMs, askedMs);
      if (this.#length >= this.#clearAt) this.#clear(askedMs);
    }
  }

  /**
   * Since when the record at `offset` (the first one that is not read) has been in the log: between two polls, by interpolation. `errorMs` reaches to
   * the farther of the two, so it is a bound and not an estimate. null when the table does not reach back far enough: it never extrapolates.
   */
  unreadSince(offset: bigint): TimeLag | null {
    const after = this.#firstPast(offset);
    if (after === 0 || after === this.#length) return null;
    const before = after - 1;
    const [low, high] = [this.#ends[before], this.#ends[after]];
    const [lowMs, highMs] = [this.#toMs[before], this.#fromMs[after]];
    if (low === undefined || high === undefined || lowMs === undefined || highMs === undefined) return null;
    const gapMs = Math.max(0, highMs - lowMs);
    // Half a record on: of one record alone in the gap no moment is likelier than the middle.
    const share = (Number(offset - low) + 0.5) / Number(high - low);
    return {
      unreadSinceMs: Math.round(lowMs + gapMs * share),
      errorMs: Math.ceil(gapMs * Math.max(share, 1 - share)),
    };
  }

  /** The latest moment at which a record before the oldest known end can have been written; null for an empty table. */
  get knownFromMs(): number | null {
    return this.#length === 0 ? null : (this.#fromMs[0] ?? null);
  }

  /** Between which moments the record at this offset was written; null when the table does not tell. */
  written(offset: bigint): { afterMs: number; beforeMs: number } | null {
    const after = this.#firstPast(offset);
    const [afterMs, beforeMs] = [this.#toMs[after - 1], this.#fromMs[after]];
    if (after === 0 || after === this.#length || afterMs === undefined || beforeMs === undefined) return null;
    return { afterMs, beforeMs };
  }

  entries(): EndRun[] {
    const runs: EndRun[] = [];
    for (let at = 0; at < this.#length; at++) {
      const [end, fromMs, toMs] = [this.#ends[at], this.#fromMs[at], this.#toMs[at]];
      if (end !== undefined && fromMs !== undefined && toMs !== undefined) runs.push({ end, fromMs, toMs });
    }
    return runs;
  }

  /** A table with these entries, oldest first. */
  static of(runs: Iterable<EndRun>): EndTable {
    const table = new EndTable();
    for (const { end, fromMs, toMs } of runs) table.#put(end, fromMs, toMs);
    table.#clearAt = table.#length + clearEvery;
    return table;
  }

  /** Index of the first entry whose end lies past the offset. */
  #firstPast(offset: bigint): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const end = this.#ends[middle];
      if (end !== undefined && end > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #put(end: bigint, fromMs: number, toMs: number): void {
    if (this.#length === this.#ends.length) this.#grow();
    this.#ends[this.#length] = end;
    this.#fromMs[this.#length] = fromMs;
    this.#toMs[this.#length] = toMs;
    this.#length += 1;
  }

  #grow(): void {
    const capacity = this.#ends.length + Math.max(firstCapacity, this.#ends.length >> 1);
    const [ends, fromMs, toMs] = [this.#ends, this.#fromMs, this.#toMs];
    this.#ends = new BigInt64Array(capacity);
    this.#fromMs = new Float64Array(capacity);
    this.#toMs = new Float64Array(capacity);
    this.#ends.set(ends);
    this.#fromMs.set(fromMs);
    this.#toMs.set(toMs);
  }

  /** Drops entries older than a day, and entries between neighbours that lie close enough for their age. First and last stay. */
  #clear(nowMs: number): void {
    const runs = this.entries();
    this.#length = 0;
    runs.forEach((run, index) => {
      const next = runs[index + 1];
      if (next && next.fromMs < nowMs - endTableMemoryMs) return;
      const previousMs = this.#length > 0 ? this.#toMs[this.#length - 1] : undefined;
      const ageMs = nowMs - run.toMs;
      const spare =
        previousMs !== undefined &&
        next !== undefined &&
        ageMs > fineMs &&
        next.fromMs - previousMs <= Math.max(4_000, ageMs * coarseShare);
      if (!spare) this.#put(run.end, run.fromMs, run.toMs);
    });
    this.#clearAt = this.#length + clearEvery;
  }
}
