import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import type { DeadLetterEntry, IndexCursor, IndexedTopic } from '#lib/store/dead-letter-index.ts';
import type { HiddenTails } from './hidden-tails.ts';

/** A dead-letter topic under watch, with where each of its partitions stands. */
export type WatchedTopic = IndexedTopic & {
  mapping: DeclaredMapping | null;
  /** What of its flow's records must not be shown; it does not get into the index either. */
  masks: Masks;
  /** By which its records are grouped today (grouping-rules.ts). */
  rules: string;
  /** How much of a value its flow lets the index keep, and under which rule; null where it allows none. */
  excerpt: { bytes: number; rule: string } | null;
  partitions: readonly number[];
  /** By partition; a partition without one has not been looked at yet. */
  cursors: Map<number, IndexCursor>;
};

export type Watch = {
  /** Up to when each partition has been seen, where transactions may hide its end. */
  tails: HiddenTails;
  /** Takes up the pointers among newly indexed entries. */
  notePointers: (entries: readonly DeadLetterEntry[]) => void;
  clusterId: string;
  topics: readonly WatchedTopic[];
  /** Kafka's text form of a topic id to the name, for share groups that name a topic by its id. */
  nameOfId: ReadonlyMap<string, string>;
};

export function higher(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

export function lower(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
