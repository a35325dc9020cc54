import type { OutgoingRecord } from '../port/writer.ts';

type Placed = { index: number; record: OutgoingRecord };

/** More than the framing of a record, and of each of its headers. */
const recordFraming = 40;
const headerFraming = 10;
const sizeOf = (record: OutgoingRecord): number =>
  record.headers.reduce(
    (sum, header) => sum + header.name.length + (header.value?.length ?? 0) + headerFraming,
    (record.key?.length ?? 0) + (record.value?.length ?? 0) + recordFraming,
  );

/**
 * One send puts all records of a partition into one record batch, which the broker refuses whole when it is too large: so records go in as many
 * sends as the largest share needs, in their order on each partition.
 */
export function inWaves(records: readonly OutgoingRecord[], maxBatchBytes: number): Placed[][] {
  const waves: Placed[][] = [];
  const filled = new Map<number, { wave: number; bytes: number }>();
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    const share = filled.get(record.partition) ?? { wave: 0, bytes: 0 };
    if (share.bytes > 0 && share.bytes + size > maxBatchBytes) {
      share.wave++;
      share.bytes = 0;
    }
    share.bytes += size;
    filled.set(record.partition, share);
    waves[share.wave] ??= [];
    waves[share.wave]?.push({ index, record });
  }
  return waves;
}
