/**
 * A body that makes its next part only when it is asked for, after the one before was taken: it holds one part, and leaves turns to others.
 * When the reader goes away, nothing more is made.
 * @param onError told of what failed in the middle: the body then breaks off, and its status line is long gone
 */
export function textStream(
  parts: Iterable<string> | AsyncIterable<string>,
  onError: (error: unknown) => void = () => undefined,
): ReadableStream<Uint8Array> {
  const iterator: Iterator<string> | AsyncIterator<string> =
    Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      await new Promise(setImmediate);
      try {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        onError(error);
        throw error;
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
