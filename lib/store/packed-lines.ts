import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A thousand lines of a manifest are half a megabyte; what says that it is far more was not packed here. */
const mostBytes = 64 * 1024 * 1024;

/** Lines of a manifest as they are stored, packed beside the event loop: brotli of the lowest quality, which takes a millisecond of a thousand lines and leaves a quarter of them. */
export const packLines = (lines: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  compress(lines, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MIN_QUALITY } });

/** What is stored was not packed by `packLines`, or was changed since. */
export class UnreadableLines extends Error {}

/** @param stored as text, as they were before they were packed, or packed. @throws UnreadableLines */
export async function unpackLines(stored: {
  body: string | null;
  packed: Uint8Array | null;
}): Promise<string> {
  if (stored.packed === null) {
    if (stored.body === null) throw new UnreadableLines('The lines of this chunk are missing.');
    return stored.body;
  }
  try {
    return (await decompress(stored.packed, { maxOutputLength: mostBytes })).toString();
  } catch (error) {
    throw new UnreadableLines('The lines of this chunk can not be unpacked.', { cause: error });
  }
}
