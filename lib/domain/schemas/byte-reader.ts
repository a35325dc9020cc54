import type { Budget } from './limits.ts';
import { PayloadBroken } from './problem.ts';

const varintBytesMax = 10;
const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads bytes from front to end; every read that would go past the end says what was expected there. */
export class ByteReader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly budget: Budget;

  constructor(bytes: Uint8Array, budget: Budget) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.budget = budget;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** @throws PayloadBroken always, at the place that is being read */
  refuse(expected: string, found: string): never {
    throw new PayloadBroken({ path: [...this.budget.path], expected, found });
  }

  /** @throws PayloadBroken */
  take(length: number | bigint, what: string): Uint8Array {
    if (length < 0) this.refuse(what, 'a negative length');
    if (length > this.left)
      this.refuse(`${what} of ${length} bytes`, `${this.left} bytes, then the end of the value`);
    const from = this.at;
    this.at += Number(length);
    return this.bytes.subarray(from, this.at);
  }

  /** Base-128, least significant group first, at most 64 bits. @throws PayloadBroken */
  varint(what: string): bigint {
    let value = 0n;
    for (let index = 0; index < varintBytesMax; index++) {
      const byte = this.bytes[this.at];
      if (byte === undefined) this.refuse(what, 'the end of the value');
      this.at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return this.refuse(what, `a number of more than ${varintBytesMax} bytes`);
  }

  /** @throws PayloadBroken */
  zigzag(what: string): bigint {
    const value = this.varint(what);
    return (value >> 1n) ^ -(value & 1n);
  }

  /** Little-endian. @throws PayloadBroken */
  fixed<T>(length: 4 | 8, what: string, read: (view: DataView, at: number) => T): T {
    const from = this.at;
    this.take(length, what);
    return read(this.view, from);
  }
}

/** UTF-8 as a lenient reader takes it: what is not valid becomes U+FFFD. */
export const lenientText = (bytes: Uint8Array): string => text.decode(bytes);
