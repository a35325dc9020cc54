import type { Convention } from '#lib/domain/dead-letters/convention.ts';
import { sha256Hex, topicName } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { DivertReason } from '#lib/domain/replays/manifest.ts';

/** In the order in which they are copied in. */
export const stagedColumns = `plan_id, partition, "offset", at, key_hash, content_hash, lineage_root, attempt, bytes, origin_at, convention,
  origin_topic, origin_partition, origin_offset, key_partition, carried, diverted`;

/** What `toFrozenRecord` reads: instants as milliseconds of the epoch, since a million of them are parsed otherwise. */
export const readColumns = `partition, "offset", (extract(epoch FROM at) * 1000)::float8 AS at_ms, key_hash, content_hash, lineage_root, attempt,
  bytes, (extract(epoch FROM origin_at) * 1000)::float8 AS origin_at_ms, convention, origin_topic, origin_partition, origin_offset, key_partition,
  carried, diverted`;

/** A row of `readColumns` as pg reads it: bigint as text. */
export type StagedRow = {
  partition: number;
  offset: string;
  at_ms: number;
  key_hash: string | null;
  content_hash: string;
  lineage_root: string;
  attempt: number;
  bytes: number;
  origin_at_ms: number | null;
  convention: string;
  origin_topic: string | null;
  origin_partition: number | null;
  origin_offset: string | null;
  key_partition: number | null;
  carried: string;
  diverted: string | null;
};

export const toFrozenRecord = (
  row: StagedRow,
  of: Pick<FrozenRecord, 'clusterId' | 'topicId' | 'topic'>,
): FrozenRecord => ({
  clusterId: of.clusterId,
  topicId: of.topicId,
  topic: of.topic,
  partition: row.partition,
  offset: BigInt(row.offset),
  contentHash: sha256Hex(row.content_hash),
  keyHash: row.key_hash,
  lineageRoot: row.lineage_root,
  attempt: row.attempt,
  bytes: row.bytes,
  originTimestampMs: row.origin_at_ms,
  convention: row.convention as Convention,
  origin:
    row.origin_topic !== null && row.origin_partition !== null && row.origin_offset !== null
      ? {
          topic: topicName(row.origin_topic),
          partition: row.origin_partition,
          offset: BigInt(row.origin_offset),
        }
      : null,
  at: new Date(row.at_ms),
  keyPartition: row.key_partition,
  carried: row.carried.replaceAll('-', ''),
  ...(row.diverted !== null && { divert: row.diverted as DivertReason }),
});
