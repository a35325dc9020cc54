import { type BatchRow, packHashes } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import { newIntent } from './new-intent.ts';
import { noteAttempts } from './note-attempts.ts';
import { rebuiltHashes, searchStarts } from './rebuild-intent.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';
import { type Horizons, settleIntent } from './settle-intent.ts';

/** Of a range whose intent was lost: how many records it is about, and of how many of them nobody knows whether they were sent. */
export type Recovered = { records: number; unknown: number };
type Range = Pick<BatchRow, 'fromOrdinal' | 'toOrdinal'>;

/** Ordinals that one intent is written over: its records are read at once. */
const atOnce = 5000;

/**
 * Settles what the broker's cursor says was done and the database knows nothing of: it was put back, or has failed over to a standby that had not come so
 * far. An intent is written over each such range of the shard, and decided by a read-back alone; nothing of it is sent again.
 * @throws LeaseLost, Waiting, BrokerFailure
 */
export async function settleLostIntents(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  cursor: number,
  horizons: Horizons,
): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  const settled = await deps.database.stores.replayBatches.settledRanges(replay.id, session.shard);
  for (const { fromOrdinal, toOrdinal } of gapsOf(settled, Math.min(cursor, session.manifest.records)))
    for (let from = fromOrdinal; from < toOrdinal; from += atOnce) {
      const range = { fromOrdinal: from, toOrdinal: Math.min(from + atOnce, toOrdinal) };
      const entries = await session.manifest.own(range.fromOrdinal, range.toOrdinal);
      const batch = await noteIntent(deps, replay, session, range, entries);
      const unknown = await settleIntent(deps, replay, session, batch, cursor, horizons);
      recovered.push({ records: entries.length, unknown });
    }
  return recovered;
}

/** What of [0, until) no range covers; they come in ascending order. */
export function gapsOf(ranges: readonly Range[], until: number): Range[] {
  const gaps: Range[] = [];
  let reached = 0;
  for (const { fromOrdinal, toOrdinal } of [...ranges, { fromOrdinal: until, toOrdinal: until }]) {
    if (fromOrdinal > reached) gaps.push({ fromOrdinal: reached, toOrdinal: fromOrdinal });
    reached = Math.max(reached, toOrdinal);
  }
  return gaps;
}

/** Under the lease, as every intent; what may have been sent counts as an attempt, whatever was noted of it before. */
async function noteIntent(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  range: Range,
  entries: readonly ManifestEntry[],
): Promise<BatchRow> {
  if (!replay.plan) throw new Hold('The replay has no plan.');
  const hashes = await rebuiltHashes(deps, replay, replay.plan, session, entries);
  const starts = await searchStarts(replay, replay.plan, session, entries);
  const sentHashes = packHashes(hashes);
  const batch = newIntent(deps, replay, session, range, {
    entries,
    lost: true,
    left: [],
    ...starts,
    sentHashes,
  });
  deps.log(
    `replay ${replay.id}: the cursor stands past ${range.fromOrdinal} to ${range.toOrdinal}, of which the database knows nothing; they are looked for in ${replay.destination.topic}`,
  );
  await deps.database.transact(async (stores) => {
    await requireLease(stores, session.lease, replay.id);
    await stores.replayBatches.intend(batch);
    await noteAttempts(stores, replay, entries, batch.intentAt);
  });
  return batch;
}

/** Why a person has to look, although what was lost is settled. */
export function recoveredSentence(
  { destination: { topic } }: Pick<Replay, 'destination'>,
  recovered: readonly Recovered[],
): string {
  const records = recovered.reduce((sum, each) => sum + each.records, 0);
  const unknown = recovered.reduce((sum, each) => sum + each.unknown, 0);
  const found = `${records - unknown} of them ${records - unknown === 1 ? 'was' : 'were'} found where they were sent and are replayed`;
  const rest =
    unknown === 0
      ? ''
      : `; the outcome of ${countOf(unknown, 'record')} is unknown, and nothing of that is sent again`;
  return `The database has lost what it had stored of ${countOf(records, 'record')} that the broker's cursor says were done (it was put back, or has failed over): ${found} in ${topic}${rest}. Find out what else it has lost before this is resumed.`;
}

/** Why nothing is sent on from a cursor that stands before what is settled. */
export const cursorBehindSentence = (cursor: number, settledTo: number): string =>
  `The broker's cursor stands at ${cursor}, and outcomes are stored up to ${settledTo}: the broker has lost what it had acknowledged, or somebody has set the cursor back. To go on from there would send records twice, so nothing is sent. Abort it, and what was not sent is open again.`;
