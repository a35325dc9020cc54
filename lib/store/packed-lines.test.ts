import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packLines, UnreadableLines, unpackLines } from './packed-lines.ts';

describe('packed lines', () => {
  it('come out as they went in, as text or as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await unpackLines({ body: null, packed: await packLines(text) })).toBe(text);
        expect(await unpackLines({ body: null, packed: await packLines(Buffer.from(text)) })).toBe(text);
      }),
    );
  });

  it('of before they were packed are text', async () => {
    expect(await unpackLines({ body: '{"ordinal":0}\n', packed: null })).toBe('{"ordinal":0}\n');
  });

  it('that were changed, cut off, are missing or grow beyond all measure are refused', async () => {
    const packed = await packLines('{"ordinal":0}\n'.repeat(1000));
    const refused = [
      packed.subarray(0, -3),
      // Not any bytes: of these one in twenty-five begins as if nothing had been packed, and is refused by the root of its chunk only.
      Buffer.from('{"ordinal":0}\n'.repeat(8)),
      brotliCompressSync(Buffer.alloc(65 * 1024 * 1024)),
    ];
    for (const each of refused)
      await expect(unpackLines({ body: null, packed: each })).rejects.toThrow(UnreadableLines);
    await expect(unpackLines({ body: null, packed: null })).rejects.toThrow(UnreadableLines);
  });
});
