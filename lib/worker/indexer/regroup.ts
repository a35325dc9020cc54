import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { FetchAnswer } from '#lib/broker/port/reader.ts';
import { regroupedFromIndex } from '#lib/domain/dead-letters/regroup-from-index.ts';
import type { Regrouping, RegroupPosition } from '#lib/store/dead-letter-grouping.ts';
import type { LoneRow, PageRows, RegroupPage } from '#lib/store/dead-letter-regroup.ts';
import type { IndexerDeps } from './deps.ts';
import { endRegrouping } from './end-regrouping.ts';
import { entriesOf } from './entries-of.ts';
import { lower, type Watch, type WatchedTopic } from './watched.ts';

const fetchBytesMax = 1 << 20;
/** Of one transaction. Nobody can write to the topic meanwhile, so they are small. */
const piece = { records: 200, bytes: 1 << 20 };
const lonePerPage = 500;

type Turn = {
  deps: IndexerDeps;
  watch: Watch;
  topic: WatchedTopic;
  target: string;
  until: number;
  signal: AbortSignal;
};
type Place = Omit<RegroupPage, 'target'>;

function rowsOf(lone: readonly LoneRow[]): Pick<PageRows, 'byIndex' | 'kept'> {
  const byIndex = lone.flatMap((row) => {
    const regrouped = regroupedFromIndex(row);
    return regrouped === null ? [] : [{ ...regrouped, offset: row.offset }];
  });
  return { byIndex, kept: lone.length - byIndex.length };
}

/** One page, and the position behind it. False when another was quicker, or the rules have changed again. */
async function savePage({ deps, target }: Turn, place: Place, rows: PageRows): Promise<boolean> {
  const mine = await deps.database.transact(async (stores) => {
    const done = await stores.deadLetterRegroup.page({ ...place, target }, rows);
    deps.reach?.('regroup_page_changed');
    return done;
  });
  deps.reach?.('regroup_page_saved');
  return mine;
}

/** Below the start of the log there are rows and no records. @returns where to go on, or null when the position is not ours any more */
async function indexPage(turn: Turn, place: Place): Promise<bigint | null> {
  const lone = await turn.deps.database.stores.deadLetterRegroup.loneRows(place, [], lonePerPage);
  const last = lone.at(-1);
  const to = lone.length < lonePerPage || !last ? place.to : last.offset + 1n;
  return (await savePage(turn, { ...place, to }, { read: [], ...rowsOf(lone) })) ? to : null;
}

type Read = Pick<FetchAnswer, 'records' | 'unreadable' | 'nextOffset'>;

/** Records as they are in the log; rows between them have lost theirs (to compaction, say), and are grouped by the index. */
async function recordPage(turn: Turn, place: Place, read: Read): Promise<bigint | null> {
  const { deps, watch, topic } = turn;
  const inPage = (await entriesOf(deps, watch, topic, place.partition, read)).filter(
    ({ offset }) => offset >= place.from && offset < place.to,
  );
  const offsets = inPage.map(({ offset }) => offset);
  const lone = await deps.database.stores.deadLetterRegroup.loneRows(place, offsets, lonePerPage);
  const last = lone.at(-1);
  const to = lone.length < lonePerPage || !last ? place.to : last.offset + 1n;
  const rows = { read: inPage.filter(({ offset }) => offset < to), ...rowsOf(lone) };
  return (await savePage(turn, { ...place, to }, rows)) ? to : null;
}

/** Reads on until the turn is over. Out of range: the log was trimmed or cut since the last look, and the next look knows. */
async function regroupPartition(turn: Turn, position: RegroupPosition): Promise<void> {
  const { deps, watch, topic, until, signal } = turn;
  const { partition, endOffset } = position;
  const cursor = topic.cursors.get(partition);
  if (!cursor) return;
  const place = { clusterId: watch.clusterId, topicId: topic.topicId, partition };
  // What was cut off a log was dropped from the index, and indexed by the rules of today since.
  const end = lower(endOffset, cursor.nextOffset);
  const over = () => signal.aborted || performance.now() >= until;
  let from: bigint | null = position.nextOffset;
  while (from !== null && from < end && from < cursor.logStart && !over())
    from = await indexPage(turn, { ...place, from, to: lower(end, cursor.logStart) });
  while (from !== null && from < end && !over()) {
    const offset: bigint = from;
    const log = await deps.cluster.reader.fetchLog({
      ...{ topicId: topic.topicId, partition, offset, maxBytes: fetchBytesMax, isolation: 'read_committed' },
    });
    if (log.nextOffset <= offset) return;
    for (const read of log.pieces(piece)) {
      if (from === null || from >= end || over()) break;
      const to = lower(read.nextOffset, end);
      // More rows without a record than a page holds: the piece is gone through again from there.
      for (let at: bigint | null = from; at !== null && at < to; from = at)
        at = await recordPage(turn, { ...place, from: at, to }, read);
    }
  }
  if (from !== null && from >= end && from < endOffset)
    await savePage(turn, { ...place, from, to: endOffset }, { read: [], byIndex: [], kept: 0 });
}

/** True when the turn was over before the topic was done. */
async function regroupTopic(
  turn: Turn,
  { rules, positions }: Pick<Regrouping, 'rules' | 'positions'>,
): Promise<boolean> {
  const { deps, watch, topic, target, until, signal } = turn;
  const over = () => signal.aborted || performance.now() >= until;
  for (const position of positions) {
    if (over()) return true;
    try {
      await regroupPartition(turn, position);
    } catch (error) {
      if (!(error instanceof BrokerFailure) || error.kind !== 'offset_out_of_range') throw error;
    }
  }
  if (over()) return true;
  await endRegrouping(deps, watch.clusterId, topic, { rules, target });
  return false;
}

/**
 * Groups rows anew that were indexed by other rules than those of today, for about `turnMs`. Goes on where it was left, after whatever ended it. One topic's
 * trouble is not the others': the first is thrown when all have had their turn.
 * @returns whether more waits
 */
export async function regroup(
  deps: IndexerDeps,
  watch: Watch,
  turnMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + turnMs;
  const failures: unknown[] = [];
  for (const regrouping of await deps.database.stores.deadLetterGrouping.underWay(watch.clusterId)) {
    const { topicId, target } = regrouping;
    const topic = watch.topics.find((each) => each.topicId === topicId);
    // Another worker has other rules: it will have its own turn, or has had it.
    if (!topic || topic.rules !== target) continue;
    try {
      if (await regroupTopic({ deps, watch, topic, target, until, signal }, regrouping)) return true;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return false;
}
