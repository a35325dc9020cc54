import type { FetchAnswer } from '#lib/broker/port/reader.ts';
import type { DeadLetterEntry } from '#lib/store/dead-letter-index.ts';
import type { IndexerDeps } from './deps.ts';
import { analyseRecord, toEntry, unreadableEntries } from './to-entry.ts';
import type { Watch, WatchedTopic } from './watched.ts';

/** Records of one partition, and the places of those that can't be read. */
type Piece = Pick<FetchAnswer, 'records' | 'unreadable'>;

/** The rows of these records by the rules of today. */
export async function entriesOf(
  deps: IndexerDeps,
  watch: Watch,
  topic: WatchedTopic,
  partition: number,
  { records, unreadable }: Piece,
): Promise<DeadLetterEntry[]> {
  const now = deps.clock();
  deps.reach?.('piece_decoded');
  const analysed = records.map((record) => analyseRecord(record, topic, watch));
  deps.reach?.('piece_analysed');
  const claims: { replayId: string; lineageRoot: string }[] = [];
  for (const { hint } of analysed.map((each) => each.analysed))
    if (hint?.lineageRoot && !hint.lineageRoot.includes('\u0000') && !hint.replayId.includes('\u0000'))
      claims.push({ replayId: hint.replayId, lineageRoot: hint.lineageRoot });
  const confirmed = await deps.database.stores.deadLetterIndex.confirmedHints(watch.clusterId, claims);
  if (claims.length > 0) deps.reach?.('hints_confirmed');
  const entries = analysed.map((each) => toEntry(each, confirmed, now));
  for (const range of unreadable) entries.push(...unreadableEntries(range, topic, partition, now));
  return entries;
}
