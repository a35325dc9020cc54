import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import { entriesPerChunk, lineStart, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { mostLineBytes, writeBefore, writeBehind } from '#lib/domain/replays/manifest-bytes.ts';
import { rootOfLineBytes } from '#lib/domain/replays/merkle.ts';
import { type Routes, SendingColumns } from '#lib/domain/replays/sending-columns.ts';
import type { PlanStaging } from '#lib/store/plan-staging.ts';

type Staging = Pick<PlanStaging, 'addChunk' | 'spool'>;

export type SealedStaged = {
  root: Sha256;
  /** So many entries, in sending order, hold as many that are sent on as the first batch has. */
  firstBatchEntries: number;
};

const ignore = () => undefined;
/** What ordinal and partition come to at most, with what stands around them. */
const numberBytes = 40;
const lineFeed = 0x0a;

/**
 * The lines of a manifest in the making. What of a line is known before all records are waits in a file (`LineSpool`), what decides about the order in
 * columns of numbers: its order, ordinals and partitions come in the end, without any record being read or written out again.
 */
export class StagedLines {
  readonly #staging: Staging;
  readonly #columns = new SendingColumns();
  /** One is filled while the other is packed. */
  #buffers: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];

  constructor(staging: Staging) {
    this.#staging = staging;
  }

  /** @throws SluiceError `spool_unavailable` */
  async add(records: readonly FrozenRecord[]): Promise<void> {
    const { spool } = this.#staging;
    for (const record of records) {
      const row = this.#columns.add(record);
      const room = spool.room(this.#columns.stretchOf(row), mostLineBytes(record));
      const split = writeBefore(record, room.buffer, room.used);
      const end = writeBehind(record, room.buffer, split);
      room.buffer[end] = lineFeed;
      spool.keep(room, split, end + 1);
    }
    await spool.settle();
  }

  /** Numbers, routes and seals what was added, chunk by chunk; each is written while the next is made. @throws the database's error; SluiceError `spool_unavailable` */
  async seal(routes: Routes, firstBatchRecords: number): Promise<SealedStaged> {
    await this.#staging.spool.settle(true);
    const order = this.#columns.inSendingOrder();
    const roots: { root: Sha256 }[] = [];
    let [sentOn, firstBatchEntries] = [0, 0];
    let writing = Promise.resolve();
    for (let first = 0; first < order.length; first += entriesPerChunk) {
      const rows = order.subarray(first, first + entriesPerChunk);
      const bytes = await this.#linesOf(rows, first, routes);
      let entries = first;
      for (const row of rows) {
        entries++;
        if (sentOn < firstBatchRecords) firstBatchEntries = entries;
        if (!this.#columns.isDiverted(row)) sentOn++;
      }
      const root = rootOfLineBytes(bytes);
      await writing;
      writing = this.#staging.addChunk({
        ...{ index: roots.length, firstOrdinal: first, records: rows.length, root },
        lines: bytes.subarray(1),
      });
      // Its failure is told where it is awaited.
      writing.catch(ignore);
      roots.push({ root });
    }
    await writing;
    return { root: manifestRoot(roots), firstBatchEntries };
  }

  /** The lines of these rows, behind one byte of room (`rootOfLineBytes`). */
  async #linesOf(rows: Uint32Array, firstOrdinal: number, routes: Routes): Promise<Buffer> {
    const { spool } = this.#staging;
    await spool.load(rows);
    const bytes = this.#nextBuffer(1 + spool.bytesOf(rows) + rows.length * numberBytes);
    let at = bytes.write('\n', 'latin1');
    let ordinal = firstOrdinal;
    for (const row of rows) {
      at += bytes.write(`${lineStart}${ordinal++}`, at, 'latin1');
      at = spool.copy(row, 'before', bytes, at);
      at += bytes.write(String(this.#columns.destinationOf(row, routes)), at, 'latin1');
      at = spool.copy(row, 'behind', bytes, at);
    }
    return bytes.subarray(0, at);
  }

  #nextBuffer(length: number): Buffer {
    const [next, other] = this.#buffers;
    const bytes = next.length < length ? Buffer.allocUnsafeSlow(Math.ceil(length * 1.2)) : next;
    this.#buffers = [other, bytes];
    return bytes;
  }
}
