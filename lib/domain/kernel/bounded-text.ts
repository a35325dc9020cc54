/**
 * The text of a body that comes in chunks, read no further than `bytesMax`; null when there is more. Leaving off ends the body (an async
 * iterator is closed).
 */
export async function boundedText(
  body: AsyncIterable<Uint8Array> | null,
  bytesMax: number,
): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
