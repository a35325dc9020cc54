import type { FailedRecord } from '../dead-letters/failure.ts';
import type { Chunk } from './consumer-loop.ts';

type Part = Pick<Chunk, 'topic' | 'partition' | 'records' | 'highWatermark'>;

/**
 * What one transactional member has itself committed in its present life. When it joins its group again, kafkajs asks for
 * committed offsets without waiting for transactions that are just ending, and may get an older one: those records
 * are already done. A new life needs no memory: initialising its producer waits for the end of earlier transactions.
 */
export function createOwnProgress() {
  const next = new Map<string, bigint>();
  const nameOf = ({ topic, partition }: Pick<Part, 'topic' | 'partition'>) => `${topic}-${partition}`;
  return {
    /** The records that are not done yet. A partition that is shorter than what was done belongs to a new topic. */
    remaining(part: Part): FailedRecord[] {
      const done = next.get(nameOf(part));
      if (done === undefined) return part.records;
      if (done > part.highWatermark) {
        next.delete(nameOf(part));
        return part.records;
      }
      return part.records.filter(({ offset }) => BigInt(offset) >= done);
    },
    /** To be called after the commit. */
    committed(part: Pick<Part, 'topic' | 'partition'>, nextOffset: bigint): void {
      next.set(nameOf(part), nextOffset);
    },
  };
}
