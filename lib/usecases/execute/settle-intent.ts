import type { LogOffset } from '#lib/broker/port/groups.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import {
  type BatchRow,
  ordinalsOf,
  type PackedOutcome,
  sameHash,
  sentOf,
} from '#lib/domain/replays/batch.ts';
import { carriedHash, replayItem } from '#lib/domain/replays/outgoing.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { heldBackBy } from './held-back.ts';
import { Waiting } from './interruption.ts';
import { readPortions } from './read-portions.ts';
import { recordOutcome } from './record-outcome.ts';
import type { ExecutionSession } from './session.ts';

type Place = { partition: number; offset: bigint };

const readBackTimeoutMs = 60_000;
const decoder = new TextDecoder();

/** Batch and topic → where the topic's partitions ended when a worker first looked for its records: they stand below, or nowhere. */
export type Horizons = Map<string, ReadonlyMap<number, bigint>>;

/**
 * Decides an intent that a lost session left open. Cursor at or past its end: the transaction was committed. Cursor at or before
 * its start: it was not, and its entries may be sent. No cursor, or an intent that stands for one that was lost: only what a read-back finds is
 * `replayed`, the rest is `unknown`.
 * While an open transaction of somebody hides what may be a part of it, nothing is decided.
 * @returns how many entries ended unknown @throws Waiting, BrokerFailure
 */
export async function settleIntent(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  batch: BatchRow,
  cursor: number | null,
  horizons: Horizons,
): Promise<number> {
  if (cursor !== null && cursor <= batch.fromOrdinal) {
    deps.log(
      `replay ${replay.id}: batch ${batch.id} was not sent (cursor ${cursor}); its entries are sent again`,
    );
    await recordOutcome(deps, replay, session, batch, { settlement: 'not_sent', outcome: [] });
    return 0;
  }
  const places = await findLandings(deps, replay, session, batch, horizons);
  const { lost = false } = batch.intent;
  // Of a lost intent nobody knows which of its entries were left out of the transaction.
  const committed = cursor !== null && cursor >= batch.toOrdinal && !lost;
  const left = new Map(batch.intent.left.map(([ordinal, outcome, reason]) => [ordinal, { outcome, reason }]));
  const entries = await session.manifest.own(batch.fromOrdinal, batch.toOrdinal);
  const diverts = new Map(entries.map(({ ordinal, divert }) => [ordinal, divert]));
  const outcome: PackedOutcome[] = [];
  for (const ordinal of ordinalsOf(batch)) {
    const notSent = left.get(ordinal);
    const place = places.get(ordinal);
    if (notSent) outcome.push([ordinal, notSent.outcome, null, null, notSent.reason]);
    else if (place || committed) {
      const at = [place?.partition ?? null, place ? String(place.offset) : null] as const;
      const divert = diverts.get(ordinal);
      if (divert) outcome.push([ordinal, 'diverted', ...at, divert]);
      else outcome.push([ordinal, 'replayed', ...at, place ? null : 'landing_not_found']);
    } else outcome.push([ordinal, 'unknown', null, null, lost ? 'intent_lost' : 'cursor_lost']);
  }
  const unknown = outcome.filter(([, end]) => end === 'unknown').length;
  deps.log(
    `replay ${replay.id}: batch ${batch.id} settled after take-over: ${places.size} landed, ${unknown} unknown`,
  );
  await recordOutcome(deps, replay, session, batch, {
    settlement: unknown > 0 ? 'unknown' : 'committed',
    outcome,
  });
  return unknown;
}

/** Where the batch's records stand in destination and quarantine, found by the other client from where the logs ended before the sends. */
async function findLandings(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  batch: BatchRow,
  horizons: Horizons,
): Promise<Map<number, Place>> {
  const places = new Map<number, Place>();
  const readBack = deps.readBacks.get(replay.cluster);
  if (!readBack) return places;
  const entries = await session.manifest.own(batch.fromOrdinal, batch.toOrdinal);
  const hashes = sentOf(batch);
  const { startOffsets, divertedStartOffsets = [] } = batch.intent;
  const { diversion } = replay.plan ?? {};
  const searches = [
    { topic: replay.destination.topic, starts: startOffsets, diverted: false },
    ...(diversion ? [{ topic: diversion.topic, starts: divertedStartOffsets, diverted: true }] : []),
  ];
  let hiddenBy: string | null = null;
  for (const { topic, starts, diverted } of searches) {
    if (starts.length === 0) continue;
    const own = entries.filter(({ divert }) => (divert !== undefined) === diverted);
    const ordinals = new Map(own.map((entry) => [replayItem(entry), entry.ordinal]));
    const partitions = starts.map(([partition]) => ({ topic, partition }));
    const { groups } = session.cluster;
    const name = `${batch.id} ${topic}`;
    const horizon = horizons.get(name) ?? offsetsOf(await groups.listOffsets(partitions, 'high_watermark'));
    horizons.set(name, horizon);
    const ends = offsetsOf(await groups.listOffsets(partitions, 'last_stable'));
    const request = {
      topic,
      ranges: starts.map(([partition, from]) => ({
        partition,
        from: BigInt(from),
        to: ends.get(partition) ?? BigInt(from),
      })),
      timeoutMs: readBackTimeoutMs,
      onRecord: (record: LogRecord) => {
        if (headerText(record, 'sluice-replay-id') !== replay.id) return;
        const ordinal = ordinals.get(headerText(record, 'sluice-replay-item') ?? '');
        const hash = ordinal === undefined ? undefined : hashes.get(ordinal);
        if (ordinal !== undefined && hash && sameHash(carriedHash(record), hash))
          places.set(ordinal, { partition: record.partition, offset: record.offset });
      },
    };
    // Of somebody's busy topic, no more than it takes.
    await readPortions(readBack, request, () => places.size === hashes.size);
    const hidden = [...horizon.keys()].filter((each) => (ends.get(each) ?? 0n) < (horizon.get(each) ?? 0n));
    if (hidden.length > 0) hiddenBy ??= heldBackBy(topic, hidden);
  }
  if (places.size < hashes.size && hiddenBy) throw new Waiting(hiddenBy);
  return places;
}

function offsetsOf(answers: readonly LogOffset[]): Map<number, bigint> {
  const offsets = new Map<number, bigint>();
  for (const { partition, offset, failure } of answers) {
    if (failure) throw failure;
    if (offset !== null) offsets.set(partition, offset);
  }
  return offsets;
}

function headerText(record: LogRecord, name: string): string | null {
  const found = record.headers.find((header) => decoder.decode(header.name) === name);
  return found?.value ? decoder.decode(found.value) : null;
}
