import { withRoom } from '#lib/domain/kernel/byte-room.ts';

/**
 * Columns of numbers, packed: most columns of a group's partitions are all unknown or all the same, and cost a few bytes then. Fixed width else,
 * so that writing 100,000 partitions a round is copying, not formatting.
 */
const allNull = 0;
const constant = 1;
const plain = 2;
const sameAsBefore = 3;

/** Where columns are put together: one for all, since nothing else runs in between. */
let scratch = Buffer.allocUnsafe(4096);

/** Postgres' and Kafka's offsets are 63 bits and a sign: this one is no offset. */
const noOffset = -(2n ** 63n);

type Column<T, V> = (of: T) => V | null;

/** Columns are read value by value out of their rows: as lists in between they would be most of what packing throws away. */
export class ColumnWriter {
  #buffer = scratch;
  #length = 0;
  #before: ((at: number) => bigint | null | undefined) | null = null;

  bytes(): Buffer {
    scratch = this.#buffer;
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

  offsets<T>(rows: readonly T[], column: Column<T, bigint>): void {
    const kind = kindOf(rows, column);
    const before = this.#before;
    this.#before = (at) => {
      const row = rows[at];
      return row === undefined ? undefined : column(row);
    };
    if (kind === plain && before && rows.every((row, at) => column(row) === before(at))) {
      this.#kind(sameAsBefore);
      return;
    }
    this.#kind(kind);
    if (kind === constant) this.#offset(firstOf(rows, column));
    if (kind !== plain) return;
    this.#room(rows.length * 8);
    for (const row of rows) this.#offset(column(row));
  }

  numbers<T>(rows: readonly T[], column: Column<T, number>): void {
    const kind = kindOf(rows, column);
    this.#kind(kind);
    if (kind === constant) this.#number(firstOf(rows, column));
    if (kind !== plain) return;
    this.#room(rows.length * 8);
    for (const row of rows) this.#number(column(row));
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
    this.#buffer = withRoom(this.#buffer, this.#length, bytes);
  }
}

function firstOf<T, V>(rows: readonly T[], column: Column<T, V>): V | null {
  const [row] = rows;
  return row === undefined ? null : column(row);
}

function kindOf<T, V extends bigint | number>(rows: readonly T[], column: Column<T, V>): number {
  const first = firstOf(rows, column);
  for (const row of rows) if (column(row) !== first) return plain;
  return first === null ? allNull : constant;
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
