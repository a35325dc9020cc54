import { doubled } from './number-columns.ts';

const digestBytes = 16;
const words = 4;
const firstRows = 2048;

const emptyColumns = (rows: number) => ({ digests: new Uint32Array(rows * words) });

/** Slots are at most half full: a look goes past few that belong to others. */
const slotsFor = (rows: number) => new Int32Array(2 * rows);

/**
 * Digests that were seen, 24 to 48 bytes each: for more of them than fit into memory as texts. They are taken for what hashes are: spread evenly, by
 * their first bytes.
 */
export class DigestSet {
  #columns = emptyColumns(firstRows);
  /** Which digest lies there, from 1; 0 for none. */
  #slots = slotsFor(firstRows);
  #size = 0;
  readonly #bytes = Buffer.alloc(digestBytes);
  readonly #digest = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset, words);

  get size(): number {
    return this.#size;
  }

  /** @param hex 16 bytes, in 32 digits. @returns false when it was there before */
  add(hex: string): boolean {
    if (this.#bytes.write(hex, 'hex') !== digestBytes) throw new Error(`${hex} is not a digest of 16 bytes.`);
    if (this.#size * words === this.#columns.digests.length) this.#grow();
    const slot = this.#slotOf(this.#digest, 0);
    if (this.#slots[slot] !== 0) return false;
    this.#columns.digests.set(this.#digest, this.#size * words);
    this.#slots[slot] = ++this.#size;
    return true;
  }

  /** Where the digest lies, or where it would. */
  #slotOf(of: Uint32Array, at: number): number {
    const { digests } = this.#columns;
    const last = this.#slots.length - 1;
    for (let slot = (of[at] ?? 0) & last; ; slot = (slot + 1) & last) {
      const row = ((this.#slots[slot] ?? 0) - 1) * words;
      if (row < 0) return slot;
      let same = 0;
      while (same < words && digests[row + same] === of[at + same]) same++;
      if (same === words) return slot;
    }
  }

  #grow(): void {
    this.#columns = doubled(this.#columns, this.#size, emptyColumns);
    this.#slots = slotsFor(2 * this.#size);
    for (let row = 0; row < this.#size; row++)
      this.#slots[this.#slotOf(this.#columns.digests, row * words)] = row + 1;
  }
}
