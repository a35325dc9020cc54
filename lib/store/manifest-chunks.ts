import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import { packLines, unpackLines } from './packed-lines.ts';
import type { PrismaScope } from './prisma.ts';

const packed = async ({ body, ...chunk }: SealedChunk) => ({ ...chunk, packed: await packLines(body) });

export const createManifestChunkStore = (db: PrismaScope) => ({
  /** Freezes the manifest of a replay, in place of an earlier one. Call inside a transaction. */
  async replace(replayId: string, chunks: readonly SealedChunk[]): Promise<void> {
    await db.manifestChunk.deleteMany({ where: { replayId } });
    // One statement a few chunks: a chunk of 1,000 entries is some 100 kB.
    for (let at = 0; at < chunks.length; at += 20) {
      const rows = await Promise.all(chunks.slice(at, at + 20).map(packed));
      await db.manifestChunk.createMany({ data: rows.map((chunk) => ({ replayId, ...chunk })) });
    }
  },

  /** Index, place and root of every chunk, in order, without the bodies. */
  async outline(replayId: string): Promise<Omit<SealedChunk, 'body'>[]> {
    const rows = await db.manifestChunk.findMany({
      where: { replayId },
      orderBy: { index: 'asc' },
      select: { index: true, firstOrdinal: true, records: true, root: true },
    });
    return rows.map((row) => ({ ...row, root: sha256Hex(row.root) }));
  },

  /** One chunk with its canonical lines; null when there is none of this index. The reader checks it against the root. @throws UnreadableLines */
  async read(replayId: string, index: number): Promise<SealedChunk | null> {
    const row = await db.manifestChunk.findUnique({
      where: { replayId_index: { replayId, index } },
      select: { index: true, firstOrdinal: true, records: true, root: true, body: true, packed: true },
    });
    if (!row) return null;
    const { body, packed, ...chunk } = row;
    return { ...chunk, root: sha256Hex(chunk.root), body: await unpackLines({ body, packed }) };
  },
});
export type ManifestChunkStore = ReturnType<typeof createManifestChunkStore>;
