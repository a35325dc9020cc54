import type { OutgoingRecord } from '#lib/broker/port/writer.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';

export type Slot = {
  state: 'open' | 'committed' | 'aborted' | 'marker';
  producerId: number;
  record: LogRecord | null;
};

/** One partition's log: records of transactions, and the markers that end them. An offset is the place in `slots`. */
export class PartitionLog {
  readonly slots: Slot[] = [];
  /** Of each producer and epoch: the next sequence number, and where its last batch stands. */
  readonly #sequences = new Map<string, { next: number; base: number }>();

  lastStable(): number {
    const open = this.slots.findIndex((slot) => slot.state === 'open');
    return open === -1 ? this.slots.length : open;
  }

  /**
   * @returns the base offset; of a batch that was appended before, the offset it got then
   * @throws Error out of order
   */
  append(
    producer: { id: number; epoch: number },
    sequence: number,
    partition: number,
    records: readonly OutgoingRecord[],
  ): number {
    const name = `${producer.id}:${producer.epoch}`;
    const known = this.#sequences.get(name) ?? { next: 0, base: -1 };
    if (sequence < known.next) return known.base;
    if (sequence > known.next) throw new Error('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const base = this.slots.length;
    for (const { key, value, headers, timestampMs } of records)
      this.slots.push({
        state: 'open',
        producerId: producer.id,
        record: {
          partition,
          offset: BigInt(this.slots.length),
          timestampMs,
          timestampType: 'create',
          key,
          value,
          headers,
        },
      });
    this.#sequences.set(name, { next: sequence + records.length, base });
    return base;
  }

  /** The marker at the end of a producer's transaction. */
  mark(producerId: number, committed: boolean): void {
    for (const slot of this.slots)
      if (slot.state === 'open' && slot.producerId === producerId)
        slot.state = committed ? 'committed' : 'aborted';
    this.slots.push({ state: 'marker', producerId, record: null });
  }

  /** What read_committed hands over of [from, to). */
  committed(from: number, to: number): LogRecord[] {
    return this.slots
      .slice(from, Math.min(to, this.lastStable()))
      .flatMap(({ state, record }) => (state === 'committed' && record ? [record] : []));
  }
}

export class SimulatedTopic {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: PartitionLog[];

  constructor(topic: string, topicId: string, partitions: number) {
    this.topic = topic;
    this.topicId = topicId;
    this.partitions = Array.from({ length: partitions }, () => new PartitionLog());
  }
}
