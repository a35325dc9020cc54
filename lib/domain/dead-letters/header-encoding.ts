/** How the value of a header is written. Chosen by the header's name, checked by length, never guessed from the bytes. */
export type HeaderEncoding =
  | 'text'
  | 'decimal'
  | 'int32be'
  | 'int64be'
  /** Spring's attempts: int32, in older versions one byte. */
  | 'int32be-or-byte'
  /** Java's BigInteger.toByteArray: big-endian two's complement in its fewest bytes. */
  | 'big-integer'
  /** `yyyy-MM-dd HH:mm:ss:ffffff Z` (NServiceBus). */
  | 'nservicebus-time';

export type DecodedValue = { value: string | bigint; type: string };

const utf8Strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const decimalDigitsMax = 19;
const bigIntegerBytesMax = 9;

/** Bytes as text; what is not UTF-8 becomes U+FFFD. */
export const lossyText = (bytes: Uint8Array): string =>
  (bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString();

/** The text, or null when the bytes are not valid UTF-8. */
export function validText(bytes: Uint8Array): string | null {
  const text = lossyText(bytes);
  // Only where one stands does it have to be told whether it was written so; the strict decoder takes ten times as long.
  if (!text.includes('\ufffd')) return text;
  try {
    return utf8Strict.decode(bytes);
  } catch {
    return null; // Not UTF-8: the answer, not an error.
  }
}

/** The text, or null when the bytes are not valid UTF-8 or hold control characters other than tab and line ends. */
export function printableText(bytes: Uint8Array): string | null {
  const text = validText(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text === null || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
}

const int32At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) |
  ((bytes[at + 1] ?? 0) << 16) |
  ((bytes[at + 2] ?? 0) << 8) |
  (bytes[at + 3] ?? 0);

function int64(bytes: Uint8Array): bigint {
  const [high, low] = [int32At(bytes, 0), int32At(bytes, 4) >>> 0];
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? BigInt(value) : (BigInt(high) << 32n) | BigInt(low);
}

function bigInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function decimal(bytes: Uint8Array): DecodedValue | null {
  if (bytes.length === 0 || bytes.length > decimalDigitsMax + 1) return null;
  const text = lossyText(bytes).trim();
  return /^-?\d{1,19}$/.test(text) ? { value: BigInt(text), type: 'decimal text' } : null;
}

function nserviceBusTime(bytes: Uint8Array): DecodedValue | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d):(\d{6}) Z$/.exec(lossyText(bytes.subarray(0, 40)));
  const milliseconds = match ? Date.parse(`${match[1]}T${match[2]}.${match[3]?.slice(0, 3)}Z`) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : { value: BigInt(milliseconds), type: 'time text' };
}

/** The value by its encoding; null when the bytes can't be one (wrong length, not a number). Never throws. */
export function decodeValue(bytes: Uint8Array, encoding: HeaderEncoding): DecodedValue | null {
  switch (encoding) {
    case 'text':
      return { value: lossyText(bytes), type: 'UTF-8' };
    case 'decimal':
      return decimal(bytes);
    case 'int32be':
      return bytes.length === 4 ? { value: BigInt(int32At(bytes, 0)), type: 'int32 big-endian' } : null;
    case 'int64be':
      return bytes.length === 8 ? { value: int64(bytes), type: 'int64 big-endian' } : null;
    case 'int32be-or-byte':
      if (bytes.length === 1) return { value: BigInt(bytes[0] ?? 0), type: 'byte' };
      return decodeValue(bytes, 'int32be');
    case 'big-integer':
      return bytes.length > 0 && bytes.length <= bigIntegerBytesMax
        ? { value: bigInteger(bytes), type: 'big integer' }
        : null;
    case 'nservicebus-time':
      return nserviceBusTime(bytes);
  }
}

/** Bytes of a binary encoding; null for those of variable length. */
export const widthOf = (encoding: HeaderEncoding): number | null =>
  encoding === 'int32be' ? 4 : encoding === 'int64be' ? 8 : null;
