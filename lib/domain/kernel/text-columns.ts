import { mostUtf8Bytes, withRoom } from './byte-room.ts';
import { doubled } from './number-columns.ts';

const firstRows = 64;
const firstBytes = 4096;

const neverAdded = (row: number) => new RangeError(`Row ${row} was never added.`);
const emptyEnds = (rows: number) => ({ ends: new Uint32Array(rows) });
const emptyNumbers = (rows: number) => ({ numbers: new Uint32Array(rows) });

/** Texts, one behind the other in one buffer: whatever their number, they are one thing for the garbage collector, which copies what is alive when it comes. */
export class TextColumn {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #columns = emptyEnds(firstRows);
  #rows = 0;
  #used = 0;

  add(text: string): void {
    this.#bytes = withRoom(this.#bytes, this.#used, mostUtf8Bytes(text));
    if (this.#rows === this.#columns.ends.length)
      this.#columns = doubled(this.#columns, this.#rows, emptyEnds);
    this.#used += this.#bytes.write(text, this.#used);
    this.#columns.ends[this.#rows++] = this.#used;
  }

  /** Made anew each time. @throws RangeError of a row that was never added */
  at(row: number): string {
    if (row >= this.#rows) throw neverAdded(row);
    return this.#bytes.toString('utf8', row === 0 ? 0 : this.#columns.ends[row - 1], this.#columns.ends[row]);
  }

  /** All of them, one behind the other. */
  joined(): string {
    return this.#bytes.toString('utf8', 0, this.#used);
  }
}

/** Texts of which few differ: each is kept once. */
export class RepeatedColumn<Text extends string | null> {
  readonly #texts: Text[] = [];
  readonly #numbers = new Map<Text, number>();
  #columns = emptyNumbers(firstRows);
  #rows = 0;

  add(text: Text): void {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    if (this.#rows === this.#columns.numbers.length)
      this.#columns = doubled(this.#columns, this.#rows, emptyNumbers);
    this.#columns.numbers[this.#rows++] = number;
  }

  /** @throws RangeError of a row that was never added */
  at(row: number): Text {
    if (row >= this.#rows) throw neverAdded(row);
    return this.#texts[this.#columns.numbers[row] ?? 0] as Text;
  }
}
