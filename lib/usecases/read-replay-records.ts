import { authorize } from '#lib/auth/authorize.ts';
import type { ReplayRecord } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { PackedOutcome } from '#lib/domain/replays/batch.ts';
import { decodeChunk, entriesPerChunk, type ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { settledOf, type TargetSeen, verificationOf } from '#lib/domain/replays/verification.ts';
import { readReplay, scopeOf } from './change-replay-state.ts';
import type { ReplayDeps } from './replay-deps.ts';

type Deps = Pick<ReplayDeps, 'database'>;
function recordOf(
  replay: Replay,
  entry: ManifestEntry,
  outcome: PackedOutcome | undefined,
  seen: TargetSeen,
): ReplayRecord {
  const [, end, partition, offset, reason] = outcome ?? [entry.ordinal, 'pending' as const, null, null, null];
  const landedIn = (end === 'diverted' && replay.plan?.diversion?.topic) || replay.destination.topic;
  return {
    ordinal: entry.ordinal,
    topic: entry.topic,
    partition: entry.partition,
    offset: String(entry.offset),
    outcome: end,
    reason,
    destination: partition === null || offset === null ? null : { topic: landedIn, partition, offset },
    diverted: entry.divert ?? null,
    attempt: entry.attempt,
    verification: outcome ? verificationOf(outcome, seen, settledOf(replay)) : null,
  };
}

const seenOf = async ({ database: { stores } }: Deps, replay: Replay): Promise<TargetSeen> => ({
  returned: await stores.replayReturns.ordinals(replay.id),
  watermarks: await stores.replayReturns.watermarks(replay.id),
  hasTarget: (replay.plan?.gates.targetGroups.length ?? 0) > 0,
});

/** One entry of a replay that the caller may read, with its outcome. */
export async function describeEntry(deps: Deps, replay: Replay, entry: ManifestEntry): Promise<ReplayRecord> {
  const { ordinal } = entry;
  const outcomes = await deps.database.stores.replayProgress.outcomes(replay.id, ordinal, ordinal + 1);
  return recordOf(replay, entry, outcomes.get(ordinal), await seenOf(deps, replay));
}

/**
 * Manifest entries from an ordinal on, each with its outcome; at most one more than `limit`, so that the caller sees whether there are more.
 * @throws SluiceError `not_found`, `forbidden`
 */
export async function readReplayRecords(
  deps: Deps,
  principal: Principal,
  id: string,
  page: { from: number; limit: number; outcome?: ReplayRecord['outcome'] | undefined },
): Promise<ReplayRecord[]> {
  const replay = await readReplay(deps, id);
  authorize(principal, 'read', scopeOf(replay));
  const { stores } = deps.database;
  const seen = await seenOf(deps, replay);
  const found: ReplayRecord[] = [];
  for (let index = Math.floor(page.from / entriesPerChunk); found.length <= page.limit; index++) {
    const chunk = await stores.manifestChunks.read(id, index);
    if (!chunk) break;
    const outcomes = await stores.replayProgress.outcomes(
      id,
      chunk.firstOrdinal,
      chunk.firstOrdinal + chunk.records,
    );
    for (const entry of decodeChunk(chunk.body)) {
      if (entry.ordinal < page.from || found.length > page.limit) continue;
      const record = recordOf(replay, entry, outcomes.get(entry.ordinal), seen);
      if (page.outcome === undefined || record.outcome === page.outcome) found.push(record);
    }
  }
  return found;
}
