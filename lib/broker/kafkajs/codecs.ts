import { compressionsAlgorithms } from '@platformatic/kafka';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** kafkajs knows gzip only and its consumer crashes on the others, which many producers use by default (facts.md). */
export function registerCodecs(): void {
  const codecs = [
    [CompressionTypes.Snappy, compressionsAlgorithms.snappy],
    [CompressionTypes.LZ4, compressionsAlgorithms.lz4],
    [CompressionTypes.ZSTD, compressionsAlgorithms.zstd],
  ] as const;
  for (const [type, algorithm] of codecs)
    CompressionCodecs[type] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => algorithm.compressSync(buffer),
      decompress: async (buffer: Buffer) => algorithm.decompressSync(buffer),
    });
}
