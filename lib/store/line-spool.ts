import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { doubled } from '#lib/domain/kernel/number-columns.ts';

/** Pieces of the file that are kept in memory, and how long each is. */
const pieceBytes = 65_536;
const firstPieceBytes = 4096;
const mostWaitingBytes = 8 * 1024 * 1024;
const keptPieces = 64;
/** Of a piece of which fewer bytes than this part of it are needed, they are read one by one. */
const worthReading = 8;
const readsAtOnce = 16;

/** A piece of the file that is being filled, from `used` on. */
export type SpoolRoom = { buffer: Buffer; used: number; readonly piece: number };
/** Lines that were read back. */
export type LoadedLines = {
  /** Copies a half of a loaded row into `target`. @returns where it ends there */
  copy(row: number, half: 'before' | 'behind', target: Buffer, at: number): number;
};

const emptyRows = (rows: number) => ({
  piece: new Uint32Array(rows),
  start: new Uint32Array(rows),
  split: new Uint32Array(rows),
  end: new Uint32Array(rows),
});

/** What the file system refuses, in words: the person who plans can't see the folder, and who runs Sluice can do something about it. */
const unavailable = (error: unknown): SluiceError =>
  new SluiceError(
    'spool_unavailable',
    `A plan in the making is kept in a file of the server's temporary folder, which failed: ${error instanceof Error ? error.message : error}. Nothing of the plan stays. Give Sluice a TMPDIR that it may write to, with some hundred bytes for each record, and plan again.`,
    { cause: error },
  );

/** @throws SluiceError `spool_unavailable` */
const orUnavailable = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw unavailable(error);
  });

/**
 * Halves of lines, kept in a file without a name: more of them than fit into memory, and nothing of it is left when this process ends, however that is.
 * Those of one stretch lie together, so that they are read together when they are asked for in its order. What is kept is what a manifest has: hashes and
 * places, no payload.
 */
export class LineSpool {
  readonly #file: FileHandle;
  readonly #stretches = new Map<string, SpoolRoom>();
  #rows = emptyRows(4096);
  #count = 0;
  /** Where each piece lies in the file, from the one it was begun with to where it ends; null while it is not written. */
  readonly #pieces: ({ at: number; length: number } | null)[] = [];
  readonly #full: SpoolRoom[] = [];
  #waitingBytes = 0;
  #written = 0;
  readonly #read = new Map<number, Buffer>();
  /** Pieces that the last load needs: they stay while the next one is at work. */
  #lastNeeded: ReadonlyMap<number, unknown> = new Map();
  /** Buffers of `pieceBytes` that nobody uses: what lies outside of the heap is freed late when it is thrown away. */
  readonly #free: Buffer[] = [];

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws SluiceError `spool_unavailable` */
  static async open(): Promise<LineSpool> {
    const name = path.join(tmpdir(), `sluice-plan-${randomUUID()}`);
    const file = await orUnavailable(open(name, 'wx+', 0o600));
    try {
      await unlink(name);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new LineSpool(file);
  }

  /**
   * Room for a line of at most so many bytes, to be written from `used` on and kept before anything else is asked: in what waits of its stretch, made larger
   * while that is small, or in a new piece.
   */
  room(stretch: string, bytes: number): SpoolRoom {
    const waiting = this.#stretches.get(stretch);
    if (waiting && waiting.used + bytes <= waiting.buffer.length) return waiting;
    if (waiting && waiting.used + bytes <= pieceBytes) {
      const larger = this.#take(
        Math.min(pieceBytes, Math.max(2 * waiting.buffer.length, waiting.used + bytes)),
      );
      waiting.buffer.copy(larger, 0, 0, waiting.used);
      this.#waitingBytes += larger.length - waiting.buffer.length;
      waiting.buffer = larger;
      return waiting;
    }
    if (waiting) this.#full.push(waiting);
    if (waiting) this.#waitingBytes -= waiting.buffer.length;
    const begun = {
      buffer: this.#take(Math.max(waiting ? pieceBytes : firstPieceBytes, bytes)),
      used: 0,
      piece: this.#pieces.push(null) - 1,
    };
    this.#waitingBytes += begun.buffer.length;
    this.#stretches.set(stretch, begun);
    return begun;
  }

  /** Keeps what was written into the room as the next row, from 0: its first half ends at `split`, the second at `end`. Call `settle` after some. */
  keep(room: SpoolRoom, split: number, end: number): void {
    const row = this.#count++;
    if (row === this.#rows.piece.length) this.#rows = doubled(this.#rows, row, emptyRows);
    this.#rows.piece[row] = room.piece;
    this.#rows.start[row] = room.used;
    this.#rows.split[row] = split;
    this.#rows.end[row] = end;
    room.used = end;
  }

  /** Writes what has come to enough; with `all`, everything. @throws SluiceError `spool_unavailable` */
  async settle(all = false): Promise<void> {
    if (all || this.#waitingBytes > mostWaitingBytes) {
      this.#full.push(...this.#stretches.values());
      this.#stretches.clear();
      this.#waitingBytes = 0;
    }
    const pieces = this.#full.splice(0);
    const buffers = pieces.map(({ buffer, used }) => buffer.subarray(0, used));
    let at = this.#written;
    for (const { piece, used } of pieces) {
      this.#pieces[piece] = { at, length: used };
      at += used;
    }
    if (buffers.length > 0) {
      const { bytesWritten } = await orUnavailable(this.#file.writev(buffers, this.#written));
      if (bytesWritten < at - this.#written) throw unavailable('there is no room left');
    }
    this.#written = at;
    for (const { buffer } of pieces) this.#giveBack(buffer);
  }

  /**
   * Reads what these rows need, which must have been settled, when the last load has ended. What it gives can be used while the next load is at work, and no longer.
   * @throws SluiceError `spool_unavailable`
   */
  async load(rows: Uint32Array): Promise<LoadedLines> {
    const alone = new Map<number, Buffer>();
    const needed = Map.groupBy(rows, (row) => this.#rows.piece[row] ?? 0);
    const reads: (() => Promise<void>)[] = [];
    for (const [piece, of] of needed) {
      const known = this.#read.get(piece);
      const place = this.#pieces[piece];
      if (!place) throw new Error('A line is read that was never written.');
      if (known) {
        // The least lately used goes first.
        this.#read.delete(piece);
        this.#read.set(piece, known);
      } else if (of.reduce((sum, row) => sum + this.#lengthOf(row), 0) * worthReading >= place.length)
        reads.push(async () => {
          this.#read.set(piece, await this.#bytes(place.at, place.length));
        });
      else
        for (const row of of)
          reads.push(async () => {
            const bytes = await this.#bytes(place.at + (this.#rows.start[row] ?? 0), this.#lengthOf(row));
            alone.set(row, bytes);
          });
    }
    const work = async () => {
      for (let read = reads.pop(); read; read = reads.pop()) await read();
    };
    await Promise.all(Array.from({ length: Math.min(readsAtOnce, reads.length) }, work));
    for (const [piece, buffer] of this.#read) {
      if (this.#read.size <= keptPieces) break;
      if (needed.has(piece) || this.#lastNeeded.has(piece)) continue;
      this.#read.delete(piece);
      this.#giveBack(buffer);
    }
    this.#lastNeeded = needed;
    return { copy: (row, half, target, at) => this.#copy(alone, row, half, target, at) };
  }

  #copy(
    alone: ReadonlyMap<number, Buffer>,
    row: number,
    half: 'before' | 'behind',
    target: Buffer,
    at: number,
  ): number {
    const start = this.#rows.start[row] ?? 0;
    const split = this.#rows.split[row] ?? 0;
    const piece = this.#read.get(this.#rows.piece[row] ?? 0);
    const bytes = piece ?? alone.get(row);
    if (!bytes) throw new Error('A line is copied that was not loaded.');
    const base = piece ? 0 : start;
    const from = half === 'before' ? start : split;
    const to = half === 'before' ? split : (this.#rows.end[row] ?? 0);
    return at + bytes.copy(target, at, from - base, to - base);
  }

  /** How many bytes both halves of these rows have. */
  bytesOf(rows: Uint32Array): number {
    let bytes = 0;
    for (const row of rows) bytes += this.#lengthOf(row);
    return bytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #lengthOf(row: number): number {
    return (this.#rows.end[row] ?? 0) - (this.#rows.start[row] ?? 0);
  }

  #take(length: number): Buffer {
    const free = length === pieceBytes ? this.#free.pop() : undefined;
    return free ?? Buffer.allocUnsafeSlow(length);
  }

  #giveBack(buffer: Buffer): void {
    if (buffer.length === pieceBytes && this.#free.length < keptPieces) this.#free.push(buffer);
  }

  /** @returns a buffer whose first `length` bytes they are */
  async #bytes(at: number, length: number): Promise<Buffer> {
    const buffer = this.#take(length > pieceBytes / 2 && length < pieceBytes ? pieceBytes : length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await orUnavailable(this.#file.read(buffer, read, length - read, at + read));
      if (bytesRead === 0) throw unavailable('it is shorter than what was written');
      read += bytesRead;
    }
    return buffer;
  }
}

/** A spool for as long as `work` takes. @throws SluiceError `spool_unavailable` */
export async function spooled<T>(work: (spool: LineSpool) => Promise<T>): Promise<T> {
  const spool = await LineSpool.open();
  try {
    return await work(spool);
  } finally {
    await spool.close();
  }
}
