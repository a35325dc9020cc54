import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { BatchRow, BatchSettlement, PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import type { LetterPlace } from '#lib/store/dispositions.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import type { ExecutionSession } from './session.ts';

type Changed = Exclude<Disposition, 'open'>;

/** What has become of a dead letter by its entry's outcome; null = open again. An unknown one stays held until a person closes it. */
function dispositionOf(replay: Replay, [, outcome, , , reason]: PackedOutcome): Changed | null {
  if (outcome === 'replayed') return replay.destination.kind === 'quarantine' ? 'quarantined' : 'replayed';
  if (outcome === 'diverted') return 'quarantined';
  if (outcome === 'unknown') return 'in_replay';
  return reason === 'expired' ? 'expired' : null;
}

/** Writes the outcome of a batch once, with what follows from it for the dead letters, in one transaction. */
export async function recordOutcome(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'manifest'>,
  batch: BatchRow,
  end: { settlement: BatchSettlement; outcome: readonly PackedOutcome[] },
): Promise<void> {
  const topicId = replay.destination.topicId;
  if (!topicId) throw new Hold('The replay has no destination: it was never planned.');
  const entries = await session.manifest.slice(batch.fromOrdinal, batch.toOrdinal);
  const places = new Map(entries.map((entry) => [entry.ordinal, entry]));
  const at = deps.clock();
  await deps.database.transact(async (stores) => {
    const settled = await stores.replayBatches.settle(
      batch,
      { clusterId: replay.clusterId, topicId },
      { ...end, at },
    );
    if (!settled) return;
    if (replay.purpose === 'preserve') await noteCopies(stores, replay, end.outcome, places, at);
    else await setDispositions(stores, replay, end.outcome, places, at);
  });
}

async function setDispositions(
  stores: Stores,
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
    if (disposition === null) await stores.dispositions.reopen(replay.clusterId, letters);
    else
      await stores.dispositions.set(replay.clusterId, letters, {
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
