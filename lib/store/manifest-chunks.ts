import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import type { PrismaScope } from './prisma.ts';

export const createManifestChunkStore = (db: PrismaScope) => ({
  /** Freezes the manifest of a replay, in place of an earlier one. Call inside a transaction. */
  async replace(replayId: string, chunks: readonly SealedChunk[]): Promise<void> {
    await db.manifestChunk.deleteMany({ where: { replayId } });
    // One statement a few chunks: a chunk of 1,000 entries is some 400 kB.
    for (let at = 0; at < chunks.length; at += 20)
      await db.manifestChunk.createMany({
        data: chunks.slice(at, at + 20).map((chunk) => ({ replayId, ...chunk })),
      });
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

  /** One chunk with its canonical lines; null when there is none of this index. The reader checks it against the root. */
  async read(replayId: string, index: number): Promise<SealedChunk | null> {
    const row = await db.manifestChunk.findUnique({ where: { replayId_index: { replayId, index } } });
    return row && { ...row, root: sha256Hex(row.root) };
  },
});
export type ManifestChunkStore = ReturnType<typeof createManifestChunkStore>;
