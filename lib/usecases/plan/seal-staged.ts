import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import {
  entriesPerChunk,
  lineStart,
  type ManifestSource,
  manifestRoot,
  sourceOf,
} from '#lib/domain/replays/manifest.ts';
import { mostLineBytes, writeBefore, writeBehind } from '#lib/domain/replays/manifest-bytes.ts';
import { rootOfLineBytes } from '#lib/domain/replays/merkle.ts';
import { type Routes, SendingColumns } from '#lib/domain/replays/sending-columns.ts';
import type { LoadedLines } from '#lib/store/line-spool.ts';
import type { PlanStaging } from '#lib/store/plan-staging.ts';
import { oneAhead } from './one-ahead.ts';

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

async function* chunksOf(order: Uint32Array): AsyncGenerator<{ first: number; rows: Uint32Array }> {
  for (let first = 0; first < order.length; first += entriesPerChunk)
    yield { first, rows: order.subarray(first, first + entriesPerChunk) };
}

/**
 * The lines of a manifest in the making. What of a line is known before all records are waits in a file (`LineSpool`), what decides about the order in
 * columns of numbers: its order, ordinals and partitions come in the end, without any record being read or written out again.
 */
export class StagedLines {
  readonly #staging: Staging;
  readonly #source: Buffer;
  readonly #columns = new SendingColumns();
  /** One is filled while the other is packed. */
  #buffers: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];

  /** @param source of all of them */
  constructor(staging: Staging, source: ManifestSource) {
    this.#staging = staging;
    this.#source = Buffer.from(sourceOf(source));
  }

  /** Call `settle` of the spool after some. */
  add(record: FrozenRecord): void {
    const { spool } = this.#staging;
    const row = this.#columns.add(record);
    const room = spool.room(this.#columns.stretchOf(row), mostLineBytes(record));
    const split = writeBefore(record, room.buffer, room.used);
    const end = writeBehind(record, room.buffer, split);
    room.buffer[end] = lineFeed;
    spool.keep(room, split, end + 1);
  }

  /** Numbers, routes and seals what was added, chunk by chunk; each is written while the next is made. @throws the database's error; SluiceError `spool_unavailable` */
  async seal(routes: Routes, firstBatchRecords: number): Promise<SealedStaged> {
    await this.#staging.spool.settle(true);
    const order = this.#columns.inSendingOrder();
    const roots: { root: Sha256 }[] = [];
    let [sentOn, firstBatchEntries] = [0, 0];
    let writing = Promise.resolve();
    // What the next chunk needs is read while this one is composed.
    const chunks = oneAhead(chunksOf(order), async (chunk) => ({
      ...chunk,
      lines: await this.#staging.spool.load(chunk.rows),
    }));
    try {
      for await (const { rows, first, lines } of chunks) {
        const bytes = this.#linesOf(rows, first, routes, lines);
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
    } finally {
      await writing;
    }
    return { root: manifestRoot(roots), firstBatchEntries };
  }

  /** Behind one byte of room (`rootOfLineBytes`). */
  #linesOf(rows: Uint32Array, firstOrdinal: number, routes: Routes, lines: LoadedLines): Buffer {
    const around = this.#source.length + numberBytes;
    const most = 1 + this.#staging.spool.bytesOf(rows) + rows.length * around;
    const bytes = this.#nextBuffer(most);
    let at = bytes.write('\n', 'latin1');
    let ordinal = firstOrdinal;
    for (const row of rows) {
      at += bytes.write(`${lineStart}${ordinal++}`, at, 'latin1');
      at += this.#source.copy(bytes, at);
      at = lines.copy(row, 'before', bytes, at);
      at += bytes.write(String(this.#columns.destinationOf(row, routes)), at, 'latin1');
      at = lines.copy(row, 'behind', bytes, at);
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
