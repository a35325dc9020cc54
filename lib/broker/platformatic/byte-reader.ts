/** Reads the fields of a record in place (Kafka protocol, "Message Format"): no copies, and an error instead of a read past the end. */
export class ByteReader {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Zigzag-coded 32-bit number. */
  varint(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw new RangeError('a record that is cut short');
      result |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return (result >>> 1) ^ -(result & 1);
    }
    throw new RangeError('a record with a malformed number');
  }

  /** Zigzag-coded 64-bit number. */
  varlong(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw new RangeError('a record that is cut short');
      result |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return BigInt.asIntN(64, (result >> 1n) ^ -(result & 1n));
    }
    throw new RangeError('a record with a malformed number');
  }

  /** Length-prefixed bytes; a length of -1 is null. */
  nullableBytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const end = this.position + length;
    if (end > this.bytes.length) throw new RangeError('a record that is cut short');
    const slice = this.bytes.subarray(this.position, end);
    this.position = end;
    return slice;
  }

  /** Whether length-prefixed bytes follow that are just these; goes on behind them if so, and stays where it is if not. */
  skipIfNext(expected: Uint8Array): boolean {
    const start = this.position;
    let same = this.varint() === expected.length;
    const first = this.position;
    for (let at = expected.length - 1; same && at >= 0; at--) same = this.bytes[first + at] === expected[at];
    this.position = same ? first + expected.length : start;
    return same;
  }
}
