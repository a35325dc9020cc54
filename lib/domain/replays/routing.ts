/** How the destination partition was chosen, for the whole replay; the name is part of the seal. */
export const routings = ['origin_partition', 'murmur2'] as const;
export type Routing = (typeof routings)[number];

const seed = 0x9747b28c;
const m = 0x5bd1e995;
const r = 24;

/** The 32-bit murmur2 of Kafka's Java client (org.apache.kafka.common.utils.Utils.murmur2), as a signed number. */
export function murmur2(key: Uint8Array): number {
  const { length } = key;
  const byte = (index: number) => key[index] ?? 0;
  let h = (seed ^ length) | 0;
  const blocks = length >> 2;
  for (let block = 0; block < blocks; block++) {
    const at = block << 2;
    let k = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> r;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = blocks << 2;
  const rest = length & 3;
  if (rest === 3) h ^= byte(tail + 2) << 16;
  if (rest >= 2) h ^= byte(tail + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ byte(tail), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h | 0;
}

/** Where Kafka's default partitioner puts a keyed record. */
export const partitionOfKey = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fffffff) % partitions;

/**
 * The origin's partition, when every record has one and the counts are equal: order then holds whatever partitioner the
 * producer used. Otherwise Kafka's default for keyed records.
 */
export const chooseRouting = (facts: {
  originPartitions: number | null;
  destinationPartitions: number;
  everyOriginKnown: boolean;
}): Routing =>
  facts.everyOriginKnown && facts.originPartitions === facts.destinationPartitions
    ? 'origin_partition'
    : 'murmur2';

/**
 * The partition that a record is sent to. Keyless records, and every record under `origin_partition`, follow the partition
 * of their origin (of the dead letter itself where the origin is missing), modulo the destination's count.
 */
export function destinationPartition(
  routing: Routing,
  record: { key: Uint8Array | null; partition: number; originPartition: number | null },
  partitions: number,
): number {
  if (routing === 'murmur2' && record.key !== null) return partitionOfKey(record.key, partitions);
  return (record.originPartition ?? record.partition) % partitions;
}
