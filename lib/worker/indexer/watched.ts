import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import type { IndexCursor, IndexedTopic } from '#lib/store/dead-letter-index.ts';

/** A dead-letter topic under watch, with where each of its partitions stands. */
export type WatchedTopic = IndexedTopic & {
  mapping: DeclaredMapping | null;
  /** What of its flow's records must not be shown; it does not get into the index either. */
  masks: Masks;
  partitions: readonly number[];
  /** By partition; a partition without one has not been looked at yet. */
  cursors: Map<number, IndexCursor>;
};

export type Watch = {
  clusterId: string;
  topics: readonly WatchedTopic[];
  /** Kafka's text form of a topic id to the name, for share groups that name a topic by its id. */
  nameOfId: ReadonlyMap<string, string>;
};

/** Kafka's own text form of a topic id: 22 characters of URL-safe base64. @param uuid canonical, with dashes */
export const kafkaTextOfId = (uuid: string): string =>
  Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');

export function higher(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
