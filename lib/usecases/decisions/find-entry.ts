import { searchChunk } from '#lib/domain/replays/chunk-search.ts';
import { decodeChunk, decodeEntry, type ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';

const withRoot = (body: string, root: string): ManifestEntry | null =>
  decodeChunk(body).find((each) => each.lineageRoot === root) ?? null;

const firstOf = (body: string): ManifestEntry => decodeEntry(body.slice(0, body.indexOf('\n')));

/**
 * The entry of a lineage root in a replay's manifest; null when it is in none. Where the index has the dead letter, the chunk is found by the sending
 * order, which takes a few dozen milliseconds of a million entries; else, or where it is not there, every chunk is searched by its text.
 * @throws UnreadableLines
 */
export async function findEntry(
  { replayDecisions, manifestChunks }: Pick<Stores, 'replayDecisions' | 'manifestChunks'>,
  { id, cluster }: Pick<Replay, 'id' | 'cluster'>,
  root: string,
): Promise<ManifestEntry | null> {
  const chunks = await replayDecisions.chunkCount(id);
  const lines = async (index: number) => (await manifestChunks.read(id, index))?.body ?? null;
  for (const letter of chunks === 0 ? [] : await replayDecisions.lettersOf(cluster, root)) {
    const firstEntry = async (at: number) => {
      const body = await lines(at);
      return body === null ? null : firstOf(body);
    };
    const index = await searchChunk(chunks, firstEntry, letter);
    const body = index === null ? null : await lines(index);
    const entry = body === null ? null : withRoot(body, root);
    if (entry) return entry;
  }
  const named = `"lineageRoot":${JSON.stringify(root)}`;
  for (let index = 0; index < chunks; index++) {
    const body = await lines(index);
    if (body?.includes(named)) return withRoot(body, root);
  }
  return null;
}
