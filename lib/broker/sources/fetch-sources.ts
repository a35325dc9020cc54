import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { FailReason, SkipReason } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import { BrokerFailure } from '../port/failure.ts';
import { type ClusterReader, type FetchAnswer, unreadableAt } from '../port/reader.ts';

/** Why a record is not there as it was frozen. */
export type Missing = Extract<SkipReason | FailReason, 'expired' | 'content_changed' | 'unreadable'>;
export type Source = { record: LogRecord } | { missing: Missing };

/** What of an entry is needed to find its record; `bytes` is an estimate, and only says how much to ask for at once. */
export type Wanted = Pick<
  ManifestEntry,
  'ordinal' | 'topicId' | 'partition' | 'offset' | 'contentHash' | 'bytes'
>;

/** Partitions read at once: together they hold a few fetches, whatever is asked for. */
const partitionsAtOnce = 4;
const leastFetchBytes = 65_536;
const mostFetchBytes = 1_048_576;
/** Framing of a record, and a part of its batch's. */
const framingBytes = 40;

/**
 * Reads the records of the entries and hands each one over once, in offset order per partition, with no more in memory than a few fetches. A record
 * that is gone is `expired`, one whose content is not what was frozen is `content_changed`, one that is damaged or expands too far is `unreadable`; its
 * neighbour is never taken in its place (invariant 8).
 * @throws BrokerFailure; `timed_out` where the log ends before a record: after a change of leader it may do so for a moment, and nobody knows yet
 */
export async function eachSource(
  reader: ClusterReader,
  entries: readonly Wanted[],
  visit: (ordinal: number, source: Source) => void,
): Promise<void> {
  const waiting = [...Map.groupBy(entries, (entry) => `${entry.topicId}:${entry.partition}`).values()];
  const work = async () => {
    for (let wanted = waiting.pop(); wanted; wanted = waiting.pop())
      await readPartition(
        reader,
        wanted.sort((a, b) => (a.offset < b.offset ? -1 : 1)),
        visit,
      );
  };
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(partitionsAtOnce, waiting.length) }, work),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** The records of the entries, by ordinal: for as many as fit into memory (see `eachSource`). @throws BrokerFailure */
export async function fetchSources(
  reader: ClusterReader,
  entries: readonly Wanted[],
): Promise<Map<number, Source>> {
  const sources = new Map<number, Source>();
  await eachSource(reader, entries, (ordinal, source) => sources.set(ordinal, source));
  return sources;
}

async function readPartition(
  reader: ClusterReader,
  wanted: readonly Wanted[],
  visit: (ordinal: number, source: Source) => void,
): Promise<void> {
  const averageBytes = wanted.reduce((sum, entry) => sum + entry.bytes, 0) / wanted.length + framingBytes;
  const fetchAt = (at: number) => {
    const entry = wanted[at];
    return entry ? fetchFrom(reader, entry, fetchBytes(wanted, entry, averageBytes)) : null;
  };
  let at = 0;
  let coming = fetchAt(at);
  while (coming) {
    const answer = await coming;
    const first = at;
    // What is behind the answer comes while this is compared.
    for (let next = wanted[at]; next && next.offset < (answer?.nextOffset ?? -1n); next = wanted[at]) at++;
    if (at === first) {
      if (answer) throw notThereYet(wanted[at], answer);
      at++;
    }
    coming = fetchAt(at);
    // Its failure is told when its turn comes.
    coming?.catch(() => undefined);
    let found = 0;
    for (const entry of wanted.slice(first, at)) {
      // Both are in the order of their offsets.
      while ((answer?.records[found]?.offset ?? entry.offset) < entry.offset) found++;
      const record = answer?.records[found];
      visit(entry.ordinal, toSource(entry, answer, record?.offset === entry.offset ? record : undefined));
    }
  }
}

/** About what lies between this entry and the last one: one fetch where that is little, never more than a mebibyte. */
function fetchBytes(wanted: readonly Wanted[], from: Wanted, averageBytes: number): number {
  const last = wanted.at(-1) ?? from;
  const span = Number(last.offset - from.offset + 1n);
  return Math.ceil(Math.min(mostFetchBytes, Math.max(leastFetchBytes, span * averageBytes)));
}

async function fetchFrom(reader: ClusterReader, entry: Wanted, maxBytes: number) {
  try {
    return await reader.fetch({
      topicId: entry.topicId,
      partition: entry.partition,
      offset: entry.offset,
      maxBytes,
      isolation: 'read_committed',
      maxWaitMs: 100,
    });
  } catch (error) {
    if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return null;
    throw error;
  }
}

function notThereYet(entry: Wanted | undefined, { lastStable, highWatermark }: FetchAnswer): BrokerFailure {
  const what = `${entry?.topicId}-${entry?.partition} at ${entry?.offset}`;
  const ends = `the log ends at ${highWatermark}, its last stable offset is ${lastStable}`;
  return new BrokerFailure('timed_out', `The broker has no record of ${what} yet: ${ends}.`);
}

function toSource(entry: Wanted, answer: FetchAnswer | null, record: LogRecord | undefined): Source {
  if (!record) return { missing: answer && unreadableAt(answer, entry.offset) ? 'unreadable' : 'expired' };
  return contentHash(record) === entry.contentHash ? { record } : { missing: 'content_changed' };
}
