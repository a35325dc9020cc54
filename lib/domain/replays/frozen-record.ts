import type { ManifestEntry } from './manifest.ts';

/** Everything of a manifest entry that does not need the whole set to be known. */
export type FrozenRecord = Omit<ManifestEntry, 'ordinal' | 'destinationPartition'> & {
  atMs: number;
  /** Where Kafka's default partitioner puts it; null without a key. */
  keyPartition: number | null;
  /** First 16 bytes of the hash over key and value, in hex: equal ones are duplicates, whatever their headers say. */
  carried: string;
};
