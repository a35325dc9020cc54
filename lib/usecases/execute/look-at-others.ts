import { landingRanges } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { conductingShard, type ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';

type Conducting = Pick<
  ExecutionSession,
  'shard' | 'shards' | 'others' | 'next' | 'landings' | 'divertedLandings' | 'manifest'
>;

/** For the shard that conducts: what the others have settled since its last look is part of what the target has to get past. */
export async function lookAtOthers(deps: ExecutionDeps, replay: Replay, session: Conducting): Promise<void> {
  if (session.shard !== conductingShard) return;
  for (let shard = 0; shard < session.shards; shard++) {
    if (shard === session.shard) continue;
    const from = session.others.get(shard) ?? 0;
    for await (const batch of deps.database.stores.replayBatches.settled(replay.id, { shard, from })) {
      session.landings.push(...landingRanges(batch.outcome ?? []));
      session.divertedLandings.push(...landingRanges(batch.outcome ?? [], 'diverted'));
      session.others.set(shard, batch.toOrdinal);
    }
  }
}

const placesOf = ({ shard, shards, next, others }: Conducting): number[] =>
  Array.from({ length: shards }, (_, each) => (each === shard ? next : (others.get(each) ?? 0)));

/** Whether every shard had come to this ordinal at the last look. */
export const allHaveReached = (session: Conducting, ordinal: number): boolean =>
  placesOf(session).every((place) => place >= ordinal);

/** Grows with every batch of any shard. */
export const progressOf = (session: Conducting): number =>
  placesOf(session).reduce((sum, place) => sum + place, 0);
