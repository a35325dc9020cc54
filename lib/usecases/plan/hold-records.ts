import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import type { StagedPortion } from '#lib/store/plan-staging.ts';
import { releaseHolds } from '../change-replay-state.ts';

const shownReplays = 5;

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
    alreadyIn([...new Set(reserved.map((other) => other.replayId))].slice(0, shownReplays), reserved.length);
}

/**
 * Takes the records of a staged plan, each portion as soon as it is there: one active replay per (lineage root, destination). What an earlier plan of the same
 * replay held is given back first. Call inside a transaction. @throws SluiceError `already_in_replay`, `conflict`; what the portions fail with
 */
export async function holdRecords(
  stores: Stores,
  replay: Pick<Replay, 'id' | 'clusterId' | 'source'>,
  topicIds: { destination: string; diverted: string | null },
  portions: ReadableStream<StagedPortion>,
  by: { name: string; at: Date },
): Promise<void> {
  const { clusterId } = replay;
  const { topicId } = replay.source;
  await stores.dispositions.lockTopic(clusterId, topicId);
  await releaseHolds(stores, replay);
  const target = {
    clusterId,
    destinationTopicId: topicIds.destination,
    divertedTopicId: topicIds.diverted,
  };
  const hold = { replayId: replay.id, by: by.name, at: by.at };
  const reader = portions.getReader();
  const next = () => stores.planHolds.waitFor(reader.read());
  for (let { value: portion } = await next(); portion; { value: portion } = await next()) {
    const others = await stores.planHolds.reserve(portion, replay.id, target);
    if (others === null)
      throw new SluiceError(
        'conflict',
        'Some of the records were taken by another replay while this plan was made. Plan again.',
      );
    if (others.length > 0)
      alreadyIn(
        others.slice(0, shownReplays).map((other) => other.replayId),
        others.reduce((sum, other) => sum + other.roots, 0),
      );
    const held = await stores.planHolds.hold(portion, { clusterId, topicId }, hold);
    if (held === null || held < portion.records)
      throw new SluiceError(
        'conflict',
        `${held === null ? 'Some' : portion.records - held} of the records were decided on by somebody else while this plan was made. Plan again.`,
      );
  }
}

/** Makes what was sealed the manifest of its replay. Call inside the transaction that holds its records. */
export async function takeManifest(
  stores: Pick<Stores, 'planHolds'>,
  replayId: string,
  { planId, records }: { planId: number; records: number },
): Promise<void> {
  const taken = await stores.planHolds.takeChunks(planId, replayId);
  if (taken !== records)
    throw new Error(`${taken} records were staged for replay ${replayId}, not ${records}: plan again.`);
}
