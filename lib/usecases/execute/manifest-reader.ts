import {
  chunkRoot,
  decodeSealedChunk,
  entriesPerChunk,
  type ManifestEntry,
  manifestRoot,
} from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { shardCountOf, shardOf } from '#lib/domain/replays/shards.ts';
import type { Database } from '#lib/store/database.ts';
import { UnreadableLines } from '#lib/store/packed-lines.ts';
import { Hold } from './interruption.ts';

/** Three batches of the largest size, and the ends of their neighbours; of one of several shards they reach further. */
const cachedChunks = 22;

export type ManifestReader = {
  records: number;
  /** Begins to read and check the chunks that [from, to) will be asked of, and to keep them; a failure is told when they are asked for. */
  begin(from: number, to: number): void;
  /** Entries [from, to) in sending order, each chunk checked against the sealed root. */
  slice(from: number, to: number): Promise<ManifestEntry[]>;
  /** Those of [from, to) that the shard sends. */
  own(from: number, to: number): Promise<ManifestEntry[]>;
};

/** Reads the frozen manifest chunk by chunk, trusting nothing but the sealed root (invariant 1). @throws Hold when it does not fit */
export async function openManifest(
  database: Database,
  replay: Replay,
  shard: number,
): Promise<ManifestReader> {
  const shards = shardCountOf(replay);
  const outline = await database.stores.manifestChunks.outline(replay.id);
  if (manifestRoot(outline) !== replay.manifestRoot)
    throw new Hold('The stored manifest does not have the root that was sealed: nothing is sent from it.');
  const records = outline.reduce((sum, chunk) => sum + chunk.records, 0);
  const cached = new Map<number, Promise<ManifestEntry[]>>();

  const read = async (index: number): Promise<ManifestEntry[]> => {
    const stored = await database.stores.manifestChunks.read(replay.id, index).catch((error: unknown) => {
      if (error instanceof UnreadableLines) return null;
      throw error;
    });
    if (!stored || chunkRoot(stored.body) !== outline[index]?.root)
      throw new Hold(
        `Chunk ${index} of the manifest is not the one that was sealed: nothing is sent from it.`,
      );
    return decodeSealedChunk(stored.body);
  };

  const chunk = (index: number): Promise<ManifestEntry[]> => {
    const known = cached.get(index);
    if (known) return known;
    // The oldest goes: what is sent, what is read ahead and what was just sent lie next to each other.
    for (const oldest of cached.keys()) if (cached.size >= cachedChunks * shards) cached.delete(oldest);
    const entries = read(index);
    cached.set(index, entries);
    // Asked again, it is read again; whoever waits for it is told by what is returned.
    entries.catch(() => cached.delete(index));
    return entries;
  };

  const begin = (from: number, to: number): void => {
    for (let at = from; at < Math.min(to, records); at += entriesPerChunk)
      chunk(Math.floor(at / entriesPerChunk));
  };

  const slice = async (from: number, to: number): Promise<ManifestEntry[]> => {
    const found: ManifestEntry[] = [];
    const end = Math.min(to, records);
    begin(from, end);
    for (let at = from; at < end; ) {
      const index = Math.floor(at / entriesPerChunk);
      const entries = await chunk(index);
      const base = index * entriesPerChunk;
      const part = entries.slice(at - base, end - base);
      if (part.length === 0) throw new Hold(`The manifest has no entry ${at}: nothing is sent from it.`);
      found.push(...part);
      at += part.length;
    }
    return found;
  };
  return {
    records,
    begin,
    slice,
    own: async (from, to) => {
      const entries = await slice(from, to);
      return shards === 1 ? entries : entries.filter((entry) => shardOf(entry, shards) === shard);
    },
  };
}
