/**
 * Columns of numbers, packed: most columns of a group's partitions are all unknown or all the same, and cost a few bytes then. Fixed width else,
 * so that writing 100,000 partitions a round is copying, not formatting.
 */
const allNull = 0;
const constant = 1;
const plain = 2;
const sameAsBefore = 3;

/** Postgres' and Kafka's offsets are 63 bits and a sign: this one is no offset. */
const noOffset = -(2n ** 63n);

export class ColumnWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;
  #before: readonly (bigint | null)[] | null = null;

  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  count(value: number): void {
    this.#room(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.count(size);
    this.#room(size);
    this.#length += this.#buffer.write(value, this.#length);
  }

  offsets(values: readonly (bigint | null)[]): void {
    const first = values[0] ?? null;
    const kind = values.every((each) => each === first) ? (first === null ? allNull : constant) : plain;
    const before = this.#before;
    this.#before = values;
    if (kind === plain && before && values.every((each, at) => each === before[at])) {
      this.#kind(sameAsBefore);
      return;
    }
    this.#kind(kind);
    if (kind === constant) this.#offset(first);
    if (kind !== plain) return;
    this.#room(values.length * 8);
    for (const value of values) this.#offset(value);
  }

  numbers(values: readonly (number | null)[]): void {
    const first = values[0] ?? null;
    const kind = values.every((each) => each === first) ? (first === null ? allNull : constant) : plain;
    this.#kind(kind);
    if (kind === constant) this.#number(first);
    if (kind !== plain) return;
    this.#room(values.length * 8);
    for (const value of values) this.#number(value);
  }

  #kind(kind: number): void {
    this.#room(9);
    this.#length = this.#buffer.writeUInt8(kind, this.#length);
  }
  #offset(value: bigint | null): void {
    this.#length = this.#buffer.writeBigInt64LE(value ?? noOffset, this.#length);
  }
  #number(value: number | null): void {
    this.#length = this.#buffer.writeDoubleLE(value ?? Number.NaN, this.#length);
  }
  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Reads what a ColumnWriter wrote, in the same order. Throws RangeError on bytes that are not that. */
export class ColumnReader {
  readonly #buffer: Buffer;
  #at = 0;
  #before: (bigint | null)[] | null = null;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  count(): number {
    const value = this.#buffer.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  text(): string {
    const size = this.count();
    const end = this.#at + size;
    if (end > this.#buffer.length) throw new RangeError('A packed text is longer than its bytes.');
    const value = this.#buffer.toString('utf8', this.#at, end);
    this.#at = end;
    return value;
  }

  offsets(count: number): (bigint | null)[] {
    const values = this.#values(count, () => {
      const value = this.#buffer.readBigInt64LE(this.#at);
      this.#at += 8;
      return value === noOffset ? null : value;
    });
    this.#before = values;
    return values;
  }

  numbers(count: number): (number | null)[] {
    const before = this.#before;
    const values = this.#values(count, () => {
      const value = this.#buffer.readDoubleLE(this.#at);
      this.#at += 8;
      return Number.isNaN(value) ? null : value;
    });
    this.#before = before;
    return values;
  }

  #values<T extends bigint | number>(count: number, next: () => T | null): (T | null)[] {
    const kind = this.#buffer.readUInt8(this.#at);
    this.#at += 1;
    if (kind === plain) return Array.from({ length: count }, next);
    if (kind === constant) return new Array<T | null>(count).fill(next());
    if (kind === allNull) return new Array<T | null>(count).fill(null);
    // Only columns of offsets are ever written this way, and only after another one.
    if (kind === sameAsBefore && this.#before) return [...this.#before] as (T | null)[];
    throw new RangeError(`A packed column is of no known kind (${kind}).`);
  }
}
