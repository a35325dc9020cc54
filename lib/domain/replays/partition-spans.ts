/** Records of one partition, from the first offset to the last of them: others may lie between. */
export type PartitionSpan = { partition: number; first: bigint; last: bigint; records: number };

/** From where to where the records of a set lie in each partition, in memory that does not grow with their number. */
export class PartitionSpans {
  readonly #spans = new Map<number, PartitionSpan>();

  add(partition: number, offset: bigint): void {
    const span = this.#spans.get(partition);
    if (!span) {
      this.#spans.set(partition, { partition, first: offset, last: offset, records: 1 });
      return;
    }
    if (offset < span.first) span.first = offset;
    if (offset > span.last) span.last = offset;
    span.records++;
  }

  /** By partition. */
  list(): PartitionSpan[] {
    return [...this.#spans.values()].sort((a, b) => a.partition - b.partition);
  }
}
