/** Bytes of the zigzag-coded form of a number of 32 bits. */
export const varintBytes = (value: number): number => {
  const coded = ((value << 1) ^ (value >> 31)) >>> 0;
  if (coded < 0x80) return 1;
  if (coded < 0x4000) return 2;
  if (coded < 0x20_0000) return 3;
  return coded < 0x1000_0000 ? 4 : 5;
};

const fits32 = (value: number): boolean => value === (value | 0);
const zigzag64 = (value: number): bigint => {
  const exact = BigInt(value);
  return BigInt.asUintN(64, (exact << 1n) ^ (exact >> 63n));
};

/** The same of a whole number of 64 bits. */
export function varlongBytes(value: number): number {
  if (fits32(value)) return varintBytes(value);
  let size = 1;
  for (let rest = zigzag64(value) >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

/** Of bytes with their length before them. */
export const nullableBytesBytes = (bytes: Uint8Array | null): number =>
  bytes === null ? 1 : varintBytes(bytes.length) + bytes.length;

/** Writes the fields of a record one after the other into bytes that were made for all of them (Kafka protocol, "Message Format"); `ByteReader` reads them. */
export class ByteWriter {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Zigzag-coded 32-bit number. */
  varint(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.bytes[this.position++] = (rest & 0x7f) | 0x80;
    this.bytes[this.position++] = rest;
  }

  /** Zigzag-coded 64-bit number. */
  varlong(value: number): void {
    if (fits32(value)) {
      this.varint(value);
      return;
    }
    let rest = zigzag64(value);
    for (; rest > 0x7fn; rest >>= 7n) this.bytes[this.position++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.position++] = Number(rest);
  }

  /** Length-prefixed bytes; null is a length of -1. */
  nullableBytes(bytes: Uint8Array | null): void {
    this.varint(bytes === null ? -1 : bytes.length);
    if (bytes === null) return;
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }
}
