import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import type { EvidenceContext } from '../evidence/context.ts';

type Of = Pick<Replay, 'id' | 'clusterId' | 'source'>;
type Failures = Pick<EvidenceContext['frozen'], 'fingerprints' | 'summary'>;

const placeOf = ({ clusterId, source }: Of) => ({ clusterId, topicId: source.topicId });

/** Beside what a plan has staged: nothing of it is held yet, and of what an earlier plan of the same replay holds, some may not be part of it. */
export function othersThanStaged(
  stores: Pick<Stores, 'replayEvidence' | 'planHolds'>,
  replay: Of,
  planId: number,
  { fingerprints, summary }: Failures,
): EvidenceContext['othersSince'] {
  return async (since) => {
    const all = await stores.replayEvidence.arrivals(placeOf(replay), fingerprints, since);
    const none = all === 0 || summary.newestAt === null || Date.parse(summary.newestAt) < since.getTime();
    return none ? all : Math.max(0, all - (await stores.planHolds.stagedSince(planId, since)));
  };
}

/** Beside what the replay holds. */
export const othersThanHeld =
  (
    stores: Pick<Stores, 'replayEvidence'>,
    replay: Of,
    { fingerprints }: Pick<Failures, 'fingerprints'>,
  ): EvidenceContext['othersSince'] =>
  (since) =>
    stores.replayEvidence.arrivalsBeside(placeOf(replay), fingerprints, since, replay.id);
