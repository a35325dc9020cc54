import { doubled } from '../kernel/number-columns.ts';
import type { FrozenRecord } from './frozen-record.ts';
import { destinationPartition, type Routing } from './routing.ts';

/** How a plan sends, and over how many partitions. */
export type Routes = { routing: Routing; destinationPartitions: number; divertedPartitions: number };

const firstRows = 4096;
const isDiverted = 1;
const hasKey = 2;

const emptyColumns = (rows: number) => ({
  /** Of the origin, or of the dead letter where the origin is not known: by what it is sent in order. */
  topic: new Uint32Array(rows),
  orderPartition: new Int32Array(rows),
  orderOffset: new BigInt64Array(rows),
  partition: new Int32Array(rows),
  offset: new BigInt64Array(rows),
  keyPartition: new Int32Array(rows),
  flags: new Uint8Array(rows),
});

/**
 * What of a plan's records decides about their order and their partitions, in columns of numbers: some 33 bytes a record, where the records themselves would
 * not fit into memory.
 */
export class SendingColumns {
  #columns = emptyColumns(firstRows);
  #rows = 0;
  readonly #topics = new Map<string, number>();

  get rows(): number {
    return this.#rows;
  }

  /** All of one source topic. @returns its row, from 0 */
  add(record: FrozenRecord): number {
    const row = this.#rows++;
    if (row === this.#columns.flags.length) this.#columns = doubled(this.#columns, row, emptyColumns);
    const columns = this.#columns;
    const place = record.origin ?? record;
    columns.topic[row] = this.#topicNumber(place.topic);
    columns.orderPartition[row] = place.partition;
    columns.orderOffset[row] = place.offset;
    columns.partition[row] = record.partition;
    columns.offset[row] = record.offset;
    columns.keyPartition[row] = record.keyPartition ?? 0;
    columns.flags[row] =
      (record.divert === undefined ? 0 : isDiverted) | (record.keyPartition === null ? 0 : hasKey);
    return row;
  }

  /** Rows of one number come close to each other in the sending order. */
  stretchOf(row: number): string {
    return `${this.#columns.topic[row]}:${this.#columns.orderPartition[row]}`;
  }

  isDiverted(row: number): boolean {
    return ((this.#columns.flags[row] ?? 0) & isDiverted) !== 0;
  }

  destinationOf(row: number, { routing, destinationPartitions, divertedPartitions }: Routes): number {
    const { flags, keyPartition, orderPartition } = this.#columns;
    const diverted = this.isDiverted(row);
    // In a quarantine nobody relies on the partitions of the origin.
    if (((flags[row] ?? 0) & hasKey) !== 0 && (routing === 'murmur2' || diverted))
      return keyPartition[row] ?? 0;
    return destinationPartition(
      'origin_partition',
      { key: null, partition: orderPartition[row] ?? 0, originPartition: null },
      diverted ? divertedPartitions : destinationPartitions,
    );
  }

  /** All rows in sending order (`compareSendingOrder`). */
  inSendingOrder(): Uint32Array {
    const { orderPartition, orderOffset, partition, offset } = this.#columns;
    const topic = this.#columns.topic;
    const rank = this.#ranks();
    const order = Uint32Array.from({ length: this.#rows }, (_, row) => row);
    const difference = (a: number, b: number): number => {
      const topics = (rank[topic[a] ?? 0] ?? 0) - (rank[topic[b] ?? 0] ?? 0);
      if (topics !== 0) return topics;
      const partitions = (orderPartition[a] ?? 0) - (orderPartition[b] ?? 0);
      if (partitions !== 0) return partitions;
      const [left, right] = [orderOffset[a] ?? 0n, orderOffset[b] ?? 0n];
      if (left !== right) return left < right ? -1 : 1;
      const own = (partition[a] ?? 0) - (partition[b] ?? 0);
      if (own !== 0) return own;
      const [first, second] = [offset[a] ?? 0n, offset[b] ?? 0n];
      return first < second ? -1 : first > second ? 1 : 0;
    };
    return order.sort(difference);
  }

  #topicNumber(topic: string): number {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    this.#topics.set(topic, this.#topics.size);
    return this.#topics.size - 1;
  }

  /** Where each topic stands among all, as their UTF-8 bytes compare. */
  #ranks(): Uint32Array {
    const rank = new Uint32Array(this.#topics.size);
    const sorted = [...this.#topics]
      .map(([topic, number]) => ({ bytes: Buffer.from(topic), number }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    for (const [at, { number }] of sorted.entries()) rank[number] = at;
    return rank;
  }
}
