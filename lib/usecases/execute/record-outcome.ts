import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { BatchRow, BatchSettlement, PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import type { LetterPlace } from '#lib/store/dispositions.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';

type Changed = Exclude<Disposition, 'open'>;

/** What has become of a dead letter by its entry's outcome; null = open again. An unknown one stays held until a person closes it. */
function dispositionOf(replay: Replay, [, outcome, , , reason]: PackedOutcome): Changed | null {
  if (outcome === 'replayed') return replay.destination.kind === 'quarantine' ? 'quarantined' : 'replayed';
  if (outcome === 'diverted') return 'quarantined';
  if (outcome === 'unknown') return 'in_replay';
  return reason === 'expired' ? 'expired' : null;
}

type End = { settlement: BatchSettlement; outcome: readonly PackedOutcome[] };

/**
 * Writes the outcome of a batch once, with what follows from it for the dead letters, in one transaction and under the lease: whoever settles what it has not
 * sent itself, and was stopped meanwhile, must not settle the intent of the worker that came after it. @throws LeaseLost
 */
export async function recordOutcome(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest' | 'lease'>,
  batch: BatchRow,
  end: End,
): Promise<void> {
  const { places, target, at } = await placesOf(deps, replay, session, batch);
  await deps.database.transact(async (stores) => {
    await requireLease(stores, session.lease, replay.id);
    const settled = await stores.replayBatches.settle(batch, target, { ...end, at });
    if (!settled) return;
    if (replay.purpose === 'preserve') await noteCopies(stores, replay, end.outcome, places, at);
    else await setDispositions(whatever(stores), replay, end.outcome, places, at);
  });
}

/**
 * As `recordOutcome`, while more is sent: the outcome is durable when this resolves, and what follows from it for the dead letters is being written. It
 * says nothing that the outcome does not; a worker that is lost before it is done leaves it to the next (`applyLastOutcome`).
 * @returns `applied`, which settles when it is written
 */
export async function recordOutcomeFirst(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest' | 'lease'>,
  batch: BatchRow,
  end: End,
): Promise<{ applied: Promise<void> }> {
  // What a preserve copied is asked of these rows: they stand with the outcome.
  if (replay.purpose === 'preserve')
    return { applied: Promise.resolve(await recordOutcome(deps, replay, session, batch, end)) };
  const { places, target, at } = await placesOf(deps, replay, session, batch);
  const settled = await deps.database.transact((stores) =>
    stores.replayBatches.settle(batch, target, { ...end, at }),
  );
  if (!settled) return { applied: Promise.resolve() };
  deps.reach('outcome_written');
  // Each statement for itself: a worker that is stopped in between holds no lock that the next one would wait for.
  const applied = setDispositions(heldOnly(deps.database.stores), replay, end.outcome, places, at);
  // Its failure is told where it is awaited.
  applied.catch(() => undefined);
  return { applied };
}

/**
 * What the last outcome of a shard says of its dead letters, for those that the replay still holds: an earlier worker may not have come to it, or comes
 * to it late.
 */
export async function applyLastOutcome(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest' | 'shard'>,
): Promise<void> {
  const last = await deps.database.stores.replayBatches.lastSettled(replay.id, session.shard);
  const { outcome } = last ?? {};
  if (!last || !outcome || replay.purpose === 'preserve') return;
  const { places, at } = await placesOf(deps, replay, session, last);
  await setDispositions(heldOnly(deps.database.stores), replay, outcome, places, at);
}

/** The same for every other shard, by the one that conducts: whoever sent the last batch of a shard may be gone, and nobody takes over what is sent whole. */
export async function applyOutcomesOfOthers(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest' | 'shard' | 'shards'>,
): Promise<void> {
  for (let shard = 0; shard < session.shards; shard++)
    if (shard !== session.shard) await applyLastOutcome(deps, replay, { manifest: session.manifest, shard });
}

type Apply = {
  set: Stores['dispositions']['setHeld'];
  reopen: (clusterId: string, letters: readonly LetterPlace[], replayId: string) => Promise<void>;
};
const whatever = ({ dispositions }: Stores): Apply => ({
  set: dispositions.set,
  reopen: dispositions.reopen,
});
/** Beside other work, or after it: whoever has decided about a letter in the meantime is not overwritten. */
const heldOnly = ({ dispositions }: Stores): Apply => ({
  set: dispositions.setHeld,
  reopen: dispositions.reopenHeld,
});

async function placesOf(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest'>,
  batch: BatchRow,
) {
  const { clusterId, destination } = replay;
  if (!destination.topicId) throw new Hold('The replay has no destination: it was never planned.');
  const entries = await session.manifest.slice(batch.fromOrdinal, batch.toOrdinal);
  return {
    places: new Map(entries.map((entry) => [entry.ordinal, entry])),
    target: {
      clusterId,
      topicId: destination.topicId,
      divertedTopicId: replay.plan?.diversion?.topicId ?? null,
    },
    at: deps.clock(),
  };
}

async function setDispositions(
  apply: Apply,
  replay: Replay,
  outcomes: readonly PackedOutcome[],
  places: ReadonlyMap<number, LetterPlace>,
  at: Date,
): Promise<void> {
  const grouped = Map.groupBy(outcomes, (outcome) => dispositionOf(replay, outcome));
  for (const [disposition, group] of grouped) {
    const letters = group.flatMap(([ordinal]) => {
      const place = places.get(ordinal);
      return place ? [place] : [];
    });
    if (disposition === null) await apply.reopen(replay.clusterId, letters, replay.id);
    else
      await apply.set(replay.clusterId, letters, {
        disposition,
        replayId: replay.id,
        reason: null,
        by: auditActor,
        at,
      });
  }
}

/** The originals of a preserve stay what they are: only that they were copied is noted, and where to. */
async function noteCopies(
  stores: Stores,
  replay: Replay,
  outcomes: readonly PackedOutcome[],
  entries: ReadonlyMap<number, ManifestEntry>,
  at: Date,
): Promise<void> {
  const { topic, topicId } = replay.destination;
  if (topicId === null) throw new Hold('The preserve has no destination.');
  const copies = outcomes.flatMap(([ordinal, outcome, partition, offset]) => {
    const entry = entries.get(ordinal);
    if (!entry || outcome !== 'replayed') return [];
    const landed = partition === null || offset === null ? null : { partition, offset: BigInt(offset) };
    return [{ ...entry, landed }];
  });
  await stores.deadLetterCopies.add(
    { clusterId: replay.clusterId, replayId: replay.id, destination: { topicId, topic }, at },
    copies,
  );
}
