import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { ManifestEntry, SealedChunk } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import { releaseHolds } from '../change-replay-state.ts';

const batchSize = 5000;

const alreadyIn = (ids: readonly string[], records: number): never => {
  throw new SluiceError(
    'already_in_replay',
    `${records} of the records are in another active replay: ${ids.join(', ')}. Wait for its end, withdraw it, or choose other records.`,
    { fields: { replays: ids, records } },
  );
};

/** Reserves the lineage roots for one destination until the replay ends. Call inside a transaction. @throws SluiceError `already_in_replay` */
export async function reserveRoots(
  stores: Pick<Stores, 'replayReservations'>,
  replay: Pick<Replay, 'id' | 'clusterId'>,
  destinationTopicId: string,
  entries: readonly Pick<ManifestEntry, 'lineageRoot'>[],
): Promise<void> {
  const reserved = await stores.replayReservations.reserve(
    replay.id,
    { clusterId: replay.clusterId, destinationTopicId },
    entries.map((entry) => entry.lineageRoot),
  );
  if (reserved.length > 0)
    alreadyIn([...new Set(reserved.map((other) => other.replayId))].slice(0, 5), reserved.length);
}

/**
 * Freezes the manifest and takes its records: one active replay per (lineage root, destination). What an earlier plan of the same
 * replay held is given back first. Call inside a transaction. @throws SluiceError `already_in_replay`, `conflict`
 */
export async function holdRecords(
  stores: Stores,
  replay: Pick<Replay, 'id' | 'clusterId' | 'source'>,
  destinationTopicId: string,
  entries: readonly ManifestEntry[],
  chunks: readonly SealedChunk[],
  by: { name: string; at: Date },
): Promise<void> {
  await stores.dispositions.lockTopic(replay.clusterId, replay.source.topicId);
  await releaseHolds(stores, replay);
  await reserveRoots(stores, replay, destinationTopicId, entries);
  for (let at = 0; at < entries.length; at += batchSize) {
    const letters = entries.slice(at, at + batchSize);
    const held = await stores.dispositions.hold(replay.clusterId, letters, {
      replayId: replay.id,
      by: by.name,
      at: by.at,
    });
    if (held < letters.length)
      throw new SluiceError(
        'conflict',
        `${letters.length - held} of the records were decided on by somebody else while this plan was made. Plan again.`,
      );
  }
  await stores.manifestChunks.replace(replay.id, chunks);
}
