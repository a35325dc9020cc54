type Place = { topicId: string; partition: number };
type Look = { lastStable: bigint; highWatermark: bigint; at: Date };

/** Where nothing is known to have been seen up to any time. */
const never = new Date(0);

/**
 * Up to which time each partition has been seen. What stands behind an open transaction, of whomever, is in the log and read by nobody: a look that finds
 * records past the last stable offset proves nothing of its own time. Once the last stable offset has come to where the log ended in such a look, all that had
 * been written by then has been seen.
 */
export class HiddenTails {
  readonly #pending = new Map<string, Pick<Look, 'highWatermark' | 'at'>>();

  /** @param before up to when it was seen; undefined for a partition that nobody has looked at */
  seenUpTo(
    { topicId, partition }: Place,
    { lastStable, highWatermark, at }: Look,
    before: Date | undefined,
  ): Date {
    const key = `${topicId} ${partition}`;
    if (lastStable >= highWatermark) {
      this.#pending.delete(key);
      return at;
    }
    const pending = this.#pending.get(key);
    const passed = pending !== undefined && lastStable >= pending.highWatermark;
    if (!pending || passed) this.#pending.set(key, { highWatermark, at });
    const seen = passed ? pending.at : never;
    return before && before > seen ? before : seen;
  }
}
