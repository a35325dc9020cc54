import {
  inSendingOrder,
  type ManifestEntry,
  manifestRoot,
  type SealedChunk,
} from '#lib/domain/replays/manifest.ts';
import type { ManifestSummary } from '#lib/domain/replays/replay.ts';
import { chooseRouting, destinationPartition, type Routing } from '#lib/domain/replays/routing.ts';
import type { FrozenRecord, FrozenSet } from './freeze-manifest.ts';

const instantOf = (
  records: readonly FrozenRecord[],
  pick: (a: number, b: number) => number,
): string | null => {
  let found: number | null = null;
  for (const { at } of records) found = found === null ? at.getTime() : pick(found, at.getTime());
  return found === null ? null : new Date(found).toISOString();
};

/** By origin's partition only when every origin is known, within its topic, and each topic has as many partitions as the destination. */
export function routingOf(
  frozen: FrozenSet,
  destinationPartitions: number,
  partitionsOf: ReadonlyMap<string, number>,
): Routing {
  const counts = new Set<number | null>();
  for (const { origin } of frozen.records) {
    const count = origin === null ? undefined : partitionsOf.get(origin.topic);
    counts.add(origin !== null && count !== undefined && origin.partition < count ? count : null);
  }
  const [only] = counts;
  return chooseRouting({
    originPartitions: counts.size === 1 ? (only ?? null) : null,
    destinationPartitions,
    everyOriginKnown: !counts.has(null),
  });
}

/** Entries in sending order, each with its destination partition. */
export const entriesOf = (
  frozen: FrozenSet,
  routing: Routing,
  destinationPartitions: number,
): ManifestEntry[] =>
  inSendingOrder(
    frozen.records.map(({ at: _at, keyPartition, ...record }) => ({
      ...record,
      destinationPartition:
        routing === 'murmur2' && keyPartition !== null
          ? keyPartition
          : destinationPartition(
              'origin_partition',
              { key: null, partition: record.partition, originPartition: record.origin?.partition ?? null },
              destinationPartitions,
            ),
    })),
  );

/** What stands above the entries: root, counts, and the offsets of each source partition. */
export function summaryOf(frozen: FrozenSet, chunks: readonly SealedChunk[]): ManifestSummary {
  const partitions = new Map<number, { first: bigint; last: bigint; records: number }>();
  for (const { partition, offset } of frozen.records) {
    const range = partitions.get(partition);
    if (!range) partitions.set(partition, { first: offset, last: offset, records: 1 });
    else {
      if (offset < range.first) range.first = offset;
      if (offset > range.last) range.last = offset;
      range.records++;
    }
  }
  return {
    root: manifestRoot(chunks),
    records: frozen.records.length,
    leftOut: Object.values(frozen.leftOutReasons).reduce((sum, n) => sum + n, 0),
    leftOutReasons: frozen.leftOutReasons,
    bytes: frozen.bytes,
    keys: frozen.keys.size,
    oldestAt: instantOf(frozen.records, Math.min),
    newestAt: instantOf(frozen.records, Math.max),
    partitions: [...partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, range]) => ({
        partition,
        first: String(range.first),
        last: String(range.last),
        records: range.records,
      })),
  };
}
