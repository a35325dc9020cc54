import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { FetchAnswer } from '#lib/broker/port/reader.ts';
import type { DeadLetterEntry, IndexCursor } from '#lib/store/dead-letter-index.ts';
import type { IndexerDeps } from './deps.ts';
import { analyseRecord, toEntry, unreadableEntries } from './to-entry.ts';
import { higher, type Watch, type WatchedTopic } from './watched.ts';

/** Small, since a fetch is held decoded: see facts on memory. */
const fetchBytesMax = 1 << 20;
const rowsPerInsert = 2000;
/** Of one partition before the others have their turn. */
const fetchesPerTurn = 16;

async function entriesOf(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  answer: FetchAnswer,
): Promise<DeadLetterEntry[]> {
  const now = deps.clock();
  const analysed = answer.records.map((record) => analyseRecord(record, topic, watch));
  const claims = analysed.flatMap(({ analysed: { hint } }) =>
    hint?.lineageRoot && !hint.lineageRoot.includes('\u0000') && !hint.replayId.includes('\u0000')
      ? [{ replayId: hint.replayId, lineageRoot: hint.lineageRoot }]
      : [],
  );
  const confirmed = await deps.database.stores.deadLetterIndex.confirmedHints(watch.clusterId, claims);
  const unreadable = answer.unreadable.flatMap((range) =>
    unreadableEntries(range, topic, answer.partition, now),
  );
  return [...analysed.map((each) => toEntry(each, confirmed, now)), ...unreadable];
}

/** Rows and cursor in one transaction: after a crash the index is what the cursor says, and a batch written twice changes nothing. */
async function store(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  entries: readonly DeadLetterEntry[],
  cursor: IndexCursor,
): Promise<void> {
  const place = { clusterId: watch.clusterId, topicId: topic.topicId };
  await deps.database.transact(async (stores) => {
    for (let from = 0; from < entries.length; from += rowsPerInsert)
      await stores.deadLetterIndex.insert(place, entries.slice(from, from + rowsPerInsert));
    await stores.deadLetterIndex.saveCursors(watch.clusterId, [cursor]);
  });
  topic.cursors.set(cursor.partition, cursor);
  watch.notePointers(entries);
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
  await deps.database.transact(async (stores) => {
    if (cut) await stores.deadLetterIndex.dropFrom(place, cursor.partition, end);
    await stores.deadLetterIndex.expireBelow(place, cursor.partition, cursor.logStart, deps.clock());
    await stores.deadLetterIndex.saveCursors(watch.clusterId, [moved]);
  });
  topic.cursors.set(cursor.partition, moved);
}

/**
 * Reads one partition on from its cursor, read_committed, to the last stable offset or the end of its turn.
 * @returns true when more is waiting
 */
export async function indexPartition(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  partition: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let turn = 0; turn < fetchesPerTurn; turn++) {
    const cursor = topic.cursors.get(partition);
    if (!cursor || signal.aborted || cursor.nextOffset >= cursor.lastStable) return false;
    const asOf = deps.clock();
    let answer: FetchAnswer;
    try {
      answer = await deps.cluster.reader.fetch({
        topicId: topic.topicId,
        partition,
        offset: cursor.nextOffset,
        maxBytes: fetchBytesMax,
        isolation: 'read_committed',
      });
    } catch (error) {
      // Trimmed between the look at the offsets and the fetch: the next look moves the cursor.
      if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return true;
      throw error;
    }
    if (signal.aborted) return false;
    const entries = await entriesOf(deps, watch, topic, answer);
    await store(deps, watch, topic, entries, {
      ...cursor,
      nextOffset: answer.nextOffset,
      lastStable: answer.lastStable,
      asOf,
    });
    // Nothing came although there is something before the last stable offset: try again in the next round.
    if (answer.nextOffset === cursor.nextOffset) return false;
  }
  return true;
}
