import { cutBatch } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { BatchAhead, BatchBounds, ReadBatch } from './batch-ahead.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import { noteAttemptsAhead } from './note-attempts.ts';
import { prepareBatch, sentAndDiverted } from './prepare-batch.ts';
import type { ExecutionSession } from './session.ts';

const maxBatchBytes = 8_000_000;
/** What was read longer ago is read again. */
const staleMs = 5000;

type Reading = Pick<
  ExecutionSession,
  'cluster' | 'manifest' | 'shards' | 'maxMessageBytes' | 'divertedMaxMessageBytes' | 'blockedKeys'
>;

/** Where the log of each partition ends that something is sent to. */
async function endsOf(
  { cluster }: Pick<ExecutionSession, 'cluster'>,
  topic: string,
  sends: ReadBatch['sends'],
): Promise<ReadBatch['startOffsets']> {
  const partitions = [...new Set(sends.map(({ content }) => content.partition))];
  if (partitions.length === 0) return [];
  const ends = await cluster.groups.listOffsets(
    partitions.map((partition) => ({ topic, partition })),
    'last_stable',
  );
  return ends.map(({ partition, offset, failure }) => {
    if (offset === null) throw failure ?? new Hold(`The end of ${topic}-${partition} can't be read.`);
    return [partition, String(offset)] as const;
  });
}

/** The shard's next entries and where they end; no more than so many are looked at, however few of them are its own. */
async function ownEntries({ manifest, shards }: Reading, from: number, { limit, until }: BatchBounds) {
  const wanted: ManifestEntry[] = [];
  const most = Math.min(until, from + limit * shards * 2);
  let to = from;
  while (to < most && wanted.length < limit) {
    const next = Math.min(most, to + (limit - wanted.length) * shards);
    wanted.push(...(await manifest.own(to, next)));
    to = next;
  }
  return { wanted, to };
}

/** @param beside what is done for its entries while their records are read; it has ended when this has, however that ended */
async function readBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: Reading,
  from: number,
  bounds: BatchBounds,
  beside: (entries: readonly ManifestEntry[]) => Promise<boolean> = async () => false,
): Promise<ReadBatch> {
  const readAtMs = deps.clock().getTime();
  const records = Math.min(bounds.limit, deps.batches.mostRecords);
  const { wanted, to } = await ownEntries(session, from, { ...bounds, limit: records });
  const taken = cutBatch(wanted, { records, bytes: maxBatchBytes, bytesPerPartition: maxBatchBytes });
  const entries = wanted.slice(0, taken);
  const noting = beside(entries);
  const [read] = await Promise.allSettled([prepareBatch(deps, replay, entries, session), noting]);
  if (read.status === 'rejected') throw read.reason;
  const prepared = read.value;
  const toOrdinal = wanted[taken]?.ordinal ?? to;
  // While what is read here is sent, there would be nothing to do until the batch after it is read.
  if (bounds.limit >= deps.batches.worthReadingAhead)
    session.manifest.begin(toOrdinal, Math.min(bounds.until, toOrdinal + records * session.shards));
  const { diversion } = replay.plan ?? {};
  const [sent, diverted] = sentAndDiverted(prepared.sends);
  return {
    ...prepared,
    readAtMs,
    toOrdinal,
    attemptsNoted: await noting,
    startOffsets: await endsOf(session, replay.destination.topic, sent),
    divertedStartOffsets: diversion ? await endsOf(session, diversion.topic, diverted) : [],
  };
}

/**
 * Begins to read the batch that starts at `from`, and to note its attempts, while an earlier one is sent: intent, send and outcome keep their order, and
 * only the next turn of `sendBatch` uses what was read (docs/adr/0023).
 * @param blockedKeys with those of the batch that is being sent
 */
export function readAhead(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  from: number,
  bounds: BatchBounds,
  blockedKeys: readonly string[],
): BatchAhead | null {
  if (bounds.limit < deps.batches.worthReadingAhead || from >= bounds.until) return null;
  const reading = { ...session, blockedKeys: new Set([...session.blockedKeys, ...blockedKeys]) };
  const batch = readBatch(deps, replay, reading, from, bounds, (entries) =>
    noteAttemptsAhead(deps, replay, session, entries),
  );
  // Its failure is told when its turn comes; a session that ends before never asks.
  batch.catch(() => undefined);
  return { ...bounds, from, readAtMs: deps.clock().getTime(), batch };
}

/** The batch to send now: what was read ahead where that is it and still fresh, read now otherwise. */
export function nextBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  bounds: BatchBounds,
): Promise<ReadBatch> {
  const { ahead } = session;
  session.ahead = null;
  const ageMs = ahead ? deps.clock().getTime() - ahead.readAtMs : 0;
  const fits = ahead?.from === session.next && ahead.limit <= bounds.limit && ahead.until <= bounds.until;
  return ahead && fits && ageMs >= 0 && ageMs <= staleMs
    ? ahead.batch
    : readBatch(deps, replay, session, session.next, bounds);
}
