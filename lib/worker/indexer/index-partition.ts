import { setImmediate as othersTurn } from 'node:timers/promises';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { FetchedLog } from '#lib/broker/port/reader.ts';
import type { DeadLetterEntry, IndexCursor } from '#lib/store/dead-letter-index.ts';
import { type DeadLetterLines, deadLetterLines } from '#lib/store/dead-letter-lines.ts';
import type { IndexerDeps } from './deps.ts';
import { entriesOf } from './entries-of.ts';
import { higher, type Watch, type WatchedTopic } from './watched.ts';

const fetchBytesMax = 1 << 20;
/** Few at a time, so that what a record is made of has gone before more of it is made: what is there when the collector of garbage comes has to be copied. */
const piece = { records: 25, bytes: 1 << 20 };
/** Of one transaction. */
const written = { rows: 1000, bytes: 2 << 20 };
/** Of one partition before the others have their turn. */
const fetchesPerTurn = 16;

/** Rows on their way into one transaction. */
type Batch = { lines: DeadLetterLines[]; rows: number; bytes: number; pointers: DeadLetterEntry[] };
const emptyBatch = (): Batch => ({ lines: [], rows: 0, bytes: 0, pointers: [] });

/** Rows and cursor in one transaction: after a crash the index is what the cursor says, and a batch written twice changes nothing. */
async function store(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  batch: Batch,
  cursor: IndexCursor,
): Promise<void> {
  await deps.database.deadLetterWriter.write(watch.clusterId, batch.lines, cursor, (step) =>
    deps.reach?.(`copy_${step}`),
  );
  deps.reach?.('batch_committed');
  topic.cursors.set(cursor.partition, cursor);
  deps.reach?.('position_moved');
  watch.notePointers(batch.pointers);
  if (batch.pointers.length > 0) deps.reach?.('pointers_noted');
}

/**
 * True when the broker, asked by topic id, has nothing at this offset and never will: an unclean election cut the log. The end offset
 * alone doesn't tell: it is asked by name, where a recreated topic answers, and lags for a moment after a change of leader.
 */
async function isCutBack(deps: IndexerDeps, topic: WatchedTopic, cursor: IndexCursor): Promise<boolean> {
  try {
    await deps.cluster.reader.fetch({
      topicId: topic.topicId,
      partition: cursor.partition,
      offset: cursor.nextOffset,
      maxBytes: fetchBytesMax,
      isolation: 'read_committed',
    });
    return false;
  } catch (error) {
    if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return true;
    throw error;
  }
}

/**
 * The log no longer starts where the cursor knew it to, or ends before the cursor: what is below is expired, what was cut off
 * goes from the index too, since other records will stand there.
 */
export async function moveCursor(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  cursor: IndexCursor,
): Promise<void> {
  const place = { clusterId: watch.clusterId, topicId: topic.topicId };
  const end = higher(cursor.lastStable, cursor.logStart);
  const cut = cursor.nextOffset > end;
  if (cut && !(await isCutBack(deps, topic, cursor))) return;
  const moved = { ...cursor, nextOffset: cut ? end : higher(cursor.nextOffset, cursor.logStart) };
  if (cut)
    deps.log(
      `${topic.topic}-${cursor.partition}: the log was cut back to ${end}; rows behind it are dropped`,
    );
  deps.reach?.('move_begun');
  await deps.database.transact(async (stores) => {
    if (cut) await stores.deadLetterIndex.dropFrom(place, cursor.partition, end);
    await stores.deadLetterIndex.expireBelow(place, cursor.partition, cursor.logStart, deps.clock());
    deps.reach?.('move_expired');
    await stores.deadLetterIndex.saveCursors(watch.clusterId, [moved]);
    deps.reach?.('move_saved');
  });
  deps.reach?.('move_committed');
  topic.cursors.set(cursor.partition, moved);
}

type Fetched = { log: FetchedLog; at: Date };

/** Null when the offset is out of range: trimmed since the last look at the offsets, and the next look moves the cursor. */
async function fetchFrom(
  deps: IndexerDeps,
  topic: WatchedTopic,
  partition: number,
  offset: bigint,
): Promise<Fetched | null> {
  const at = deps.clock();
  try {
    const asked = deps.cluster.reader.fetchLog({
      topicId: topic.topicId,
      partition,
      offset,
      maxBytes: fetchBytesMax,
      isolation: 'read_committed',
    });
    deps.reach?.('fetch_asked');
    const log = await asked;
    deps.reach?.('fetch_answered');
    return { log, at };
  } catch (error) {
    if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return null;
    throw error;
  }
}

/**
 * Reads one partition on from its cursor, read_committed, to the last stable offset or the end of its turn. While a piece is written,
 * the next one is analysed and the next fetch is under way.
 * @returns 'look' when the log has to be looked at anew before reading on
 */
export async function indexPartition(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  partition: number,
  signal: AbortSignal,
): Promise<'more' | 'done' | 'look'> {
  const cursor = topic.cursors.get(partition);
  if (!cursor || cursor.nextOffset >= cursor.lastStable) return 'done';
  let from = cursor.nextOffset;
  let ahead = fetchFrom(deps, topic, partition, from);
  let writing: Promise<void> = Promise.resolve();
  try {
    for (let turn = 1; ; turn++) {
      const fetched = await ahead;
      if (fetched === null) return 'look';
      const { log, at } = fetched;
      const { lastStable, highWatermark } = log;
      const place = { topicId: topic.topicId, partition };
      const asOf = watch.tails.seenUpTo(place, { lastStable, highWatermark, at }, cursor.asOf);
      if (signal.aborted) return 'done';
      const waits = log.nextOffset > from && log.nextOffset < log.lastStable;
      const goesOn = waits && turn < fetchesPerTurn;
      if (goesOn) {
        ahead = fetchFrom(deps, topic, partition, log.nextOffset);
        ahead.catch(() => undefined); // It is awaited above, unless this turn ends before.
        deps.reach?.('fetched_ahead');
      }
      let batch = emptyBatch();
      for (const read of log.pieces(piece)) {
        // Nothing here but a full batch waits for anything outside: without it Postgres would wait for the rows that it has asked for until the next batch is full.
        await othersTurn();
        const entries = await entriesOf(deps, watch, topic, partition, read);
        const lines = deadLetterLines({ clusterId: watch.clusterId, topicId: topic.topicId }, entries);
        batch.lines.push(lines);
        batch.rows += lines.rows;
        batch.bytes += lines.bytes.length;
        for (const entry of entries) if (entry.pointer) batch.pointers.push(entry);
        const last = read.nextOffset === log.nextOffset;
        if (!last && batch.rows < written.rows && batch.bytes < written.bytes) continue;
        deps.reach?.('batch_full');
        await writing;
        if (signal.aborted) return 'done';
        const { logStart } = topic.cursors.get(partition) ?? cursor;
        const { nextOffset } = read;
        const to = { ...place, logStart, nextOffset, lastStable, asOf };
        writing = store(deps, watch, topic, batch, to);
        writing.catch(() => undefined); // It is awaited above or at the end.
        batch = emptyBatch();
      }
      if (!goesOn) {
        await writing;
        // When nothing came although there is something before the last stable offset, the next round tries again.
        return waits ? 'more' : 'done';
      }
      from = log.nextOffset;
    }
  } finally {
    await writing.catch(() => undefined); // Whatever ended this turn is being thrown; nothing of it goes on in the background.
  }
}
