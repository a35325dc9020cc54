import { cutBatch } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { BatchAhead, ReadBatch } from './batch-ahead.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import { prepareBatch, sentAndDiverted } from './prepare-batch.ts';
import type { ExecutionSession } from './session.ts';

const maxBatchBytes = 8_000_000;
/** What was read longer ago is read again. */
const staleMs = 5000;

type Reading = Pick<
  ExecutionSession,
  'cluster' | 'manifest' | 'maxMessageBytes' | 'divertedMaxMessageBytes' | 'blockedKeys'
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

async function readBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: Reading,
  from: number,
  limit: number,
): Promise<ReadBatch> {
  const { mostRecords } = deps.batches;
  const wanted = await session.manifest.slice(from, from + Math.min(limit, mostRecords));
  const bounds = { records: mostRecords, bytes: maxBatchBytes, bytesPerPartition: maxBatchBytes };
  const prepared = await prepareBatch(deps, replay, wanted.slice(0, cutBatch(wanted, bounds)), session);
  const { diversion } = replay.plan ?? {};
  const [sent, diverted] = sentAndDiverted(prepared.sends);
  return {
    ...prepared,
    startOffsets: await endsOf(session, replay.destination.topic, sent),
    divertedStartOffsets: diversion ? await endsOf(session, diversion.topic, diverted) : [],
  };
}

/**
 * Begins to read the batch that starts at `from` while an earlier one is sent. Reading is free: intent, send and outcome keep their order, and only
 * the next turn of `sendBatch` uses what was read (docs/adr/0023).
 * @param blockedKeys with those of the batch that is being sent
 */
export function readAhead(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  from: number,
  limit: number,
  blockedKeys: readonly string[],
): BatchAhead | null {
  if (limit < deps.batches.worthReadingAhead || from >= session.manifest.records) return null;
  const reading = { ...session, blockedKeys: new Set([...session.blockedKeys, ...blockedKeys]) };
  const batch = readBatch(deps, replay, reading, from, limit);
  // Its failure is told when its turn comes; a session that ends before never asks.
  batch.catch(() => undefined);
  return { from, limit, readAtMs: deps.clock().getTime(), batch };
}

/** The batch to send now: what was read ahead where that is it and still fresh, read now otherwise. */
export function nextBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  limit: number,
): Promise<ReadBatch> {
  const { ahead } = session;
  session.ahead = null;
  const ageMs = ahead ? deps.clock().getTime() - ahead.readAtMs : 0;
  return ahead && ahead.from === session.next && ahead.limit <= limit && ageMs >= 0 && ageMs <= staleMs
    ? ahead.batch
    : readBatch(deps, replay, session, session.next, limit);
}
