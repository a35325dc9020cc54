import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { FirstPointer } from '#lib/store/dead-letter-expiry.ts';
import type { ClockDeps } from './deps.ts';

const fetchBytes = 1_048_576;
/** Of sources that are asked anew in one look; the others have their turn in the next. */
const askedMost = 50;
const keptMost = 10_000;

/** When records that pointers point at were written. A record keeps its time, so each is asked once. */
export function createSourceTimes(deps: ClockDeps) {
  const known = new Map<string, number | null>();
  return {
    /** By pointer: the source's timestamp; null is not known (yet, or because it can't be read). @throws BrokerFailure */
    async of(
      pointers: readonly FirstPointer[],
      topicIdOf: (topic: string) => string | null,
    ): Promise<Map<FirstPointer, number | null>> {
      if (known.size > keptMost) known.clear();
      const times = new Map<FirstPointer, number | null>();
      let asked = 0;
      for (const pointer of pointers) {
        const topicId = topicIdOf(pointer.sourceTopic);
        if (topicId === null) {
          times.set(pointer, null);
          continue;
        }
        const key = `${topicId} ${pointer.sourcePartition} ${pointer.sourceOffset}`;
        if (!known.has(key) && asked < askedMost) {
          asked++;
          known.set(key, await timeOf(topicId, pointer));
        }
        times.set(pointer, known.get(key) ?? null);
      }
      return times;
    },
  };

  async function timeOf(topicId: string, pointer: FirstPointer): Promise<number | null> {
    try {
      const record = await deps.cluster.reader.fetchOne({
        topicId,
        partition: pointer.sourcePartition,
        offset: pointer.sourceOffset,
        maxBytes: fetchBytes,
        isolation: 'read_uncommitted',
      });
      return record?.timestampMs ?? null;
    } catch (error) {
      const single = ['offset_out_of_range', 'record_too_large', 'not_authorized', 'unknown_topic_id'];
      if (error instanceof BrokerFailure && single.includes(error.kind)) return null;
      throw error;
    }
  }
}
