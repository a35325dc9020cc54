import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { SkipReason } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';

export type Source = { record: LogRecord } | { missing: SkipReason };

/** What of an entry is needed to find its record. */
export type Wanted = Pick<ManifestEntry, 'ordinal' | 'topicId' | 'partition' | 'offset' | 'contentHash'>;

const fetchBytes = 1_048_576;

/**
 * The records of the entries, by ordinal. A record that is gone is `expired`, one whose content is not what was frozen is
 * `content_changed`; its neighbour is never taken in its place (invariant 8).
 */
export async function fetchSources(
  reader: ClusterReader,
  entries: readonly Wanted[],
): Promise<Map<number, Source>> {
  const sources = new Map<number, Source>();
  const byPartition = Map.groupBy(entries, (entry) => `${entry.topicId}:${entry.partition}`);
  for (const wanted of byPartition.values()) {
    const ascending = [...wanted].sort((a, b) => (a.offset < b.offset ? -1 : 1));
    await fetchPartition(reader, ascending, sources);
  }
  return sources;
}

async function fetchPartition(
  reader: ClusterReader,
  wanted: readonly Wanted[],
  sources: Map<number, Source>,
): Promise<void> {
  let at = 0;
  while (at < wanted.length) {
    const entry = wanted[at];
    if (!entry) return;
    const answer = await fetchFrom(reader, entry);
    if (answer === null) {
      sources.set(entry.ordinal, { missing: 'expired' });
      at++;
      continue;
    }
    const records = new Map(answer.records.map((record) => [record.offset, record]));
    const first = at;
    for (let next = wanted[at]; next && next.offset < answer.nextOffset; next = wanted[at]) {
      sources.set(next.ordinal, toSource(next, records.get(next.offset)));
      at++;
    }
    // Nothing came although the offset is in the log: it is at the end, or cut off by an open transaction.
    if (at === first) {
      sources.set(entry.ordinal, { missing: 'expired' });
      at++;
    }
  }
}

async function fetchFrom(reader: ClusterReader, entry: Wanted) {
  try {
    return await reader.fetch({
      topicId: entry.topicId,
      partition: entry.partition,
      offset: entry.offset,
      maxBytes: fetchBytes,
      isolation: 'read_committed',
      maxWaitMs: 100,
    });
  } catch (error) {
    if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return null;
    throw error;
  }
}

function toSource(entry: Wanted, record: LogRecord | undefined): Source {
  if (!record) return { missing: 'expired' };
  return contentHash(record) === entry.contentHash ? { record } : { missing: 'content_changed' };
}
