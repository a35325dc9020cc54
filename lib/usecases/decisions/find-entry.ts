import { searchChunk } from '#lib/domain/replays/chunk-search.ts';
import { decodeChunk, type ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';

const withRoot = (body: string, root: string): ManifestEntry | null =>
  decodeChunk(body).find((each) => each.lineageRoot === root) ?? null;

/**
 * The entry of a lineage root in a replay's manifest; null when it is in none. Where the index has the dead letter, the chunk is found by the sending
 * order, which takes milliseconds of a million entries; else, or where it is not there, every chunk is searched by its text.
 */
export async function findEntry(
  { replayDecisions, manifestChunks }: Pick<Stores, 'replayDecisions' | 'manifestChunks'>,
  { id, cluster }: Pick<Replay, 'id' | 'cluster'>,
  root: string,
): Promise<ManifestEntry | null> {
  const chunks = await replayDecisions.chunkCount(id);
  if (chunks === 0) return null;
  for (const letter of await replayDecisions.lettersOf(cluster, root)) {
    const index = await searchChunk(chunks, (at) => replayDecisions.firstEntryOf(id, at), letter);
    const chunk = index === null ? null : await manifestChunks.read(id, index);
    const entry = chunk && withRoot(chunk.body, root);
    if (entry) return entry;
  }
  const body = await replayDecisions.chunkWith(id, root);
  return body === null ? null : withRoot(body, root);
}
