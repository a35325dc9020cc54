/** A character is at most three bytes of UTF-8, counted as JavaScript counts them. */
const mostPerCharacter = 3;

/** No text of this one's length takes more bytes as UTF-8. */
export const mostUtf8Bytes = (text: string): number => mostPerCharacter * text.length;

/** The buffer, or one at least twice as large with its first `used` bytes, so that `more` have room behind them. */
export function withRoom(bytes: Buffer<ArrayBuffer>, used: number, more: number): Buffer<ArrayBuffer> {
  if (used + more <= bytes.length) return bytes;
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, used + more));
  bytes.copy(larger, 0, 0, used);
  return larger;
}
