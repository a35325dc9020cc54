import type { BreakGlassStore } from '#lib/store/break-glass.ts';
import type { Stores } from '#lib/store/database.ts';
import type { FlowCheckStore } from '#lib/store/flow-checks.ts';
import type { MarkerStore } from '#lib/store/markers.ts';
import type { ReplayEvidenceStore } from '#lib/store/replay-evidence.ts';
import type { WritePermissionStore } from '#lib/store/write-permissions.ts';
import { deadLetters, sourceTopicId } from '../dead-letters.ts';
import type { Statements } from './statements.ts';

/** The collector has seen nothing; the index has every dead letter: what decides here is what was sealed, and the topics. */
export const simulateEvidence = (
  db: Statements,
): Pick<
  ReplayEvidenceStore,
  'groups' | 'readersOf' | 'arrivals' | 'arrivalsBeside' | 'indexBehind' | 'writtenUpTo'
> => ({
  groups: () => db.run('target groups', () => []),
  readersOf: () => db.run('readers', () => null),
  arrivals: () => db.run('arrivals', () => 0),
  arrivalsBeside: () => db.run('other arrivals', () => 0),
  indexBehind: () => db.run('index', () => null),
  writtenUpTo: (place, firsts) =>
    db.run('when the first were written', () =>
      firsts.flatMap(({ partition, offset }) => {
        const record = place.topicId === sourceTopicId ? deadLetters[Number(offset)] : undefined;
        if (record?.partition !== partition || record.timestampMs === null) return [];
        // Each dead letter is later than the one before.
        const at = new Date(record.timestampMs);
        return [{ partition, offset, at, newestUpTo: at }];
      }),
    ),
});

/** Nothing was deployed. */
export const simulateMarkers = (db: Statements): Pick<MarkerStore, 'list'> => ({
  list: () => db.run('markers', () => []),
});

export const simulateGroupEvents = (db: Statements): Pick<Stores['groupEvents'], 'list'> => ({
  list: () => db.run('events of groups', () => []),
});

/** The simulated Kafka lets every worker write, as the newest of them has just been told. */
export const simulateWritePermissions = (db: Statements): Pick<WritePermissionStore, 'of'> => ({
  of: (_cluster, topic) =>
    db.run(`who may write to ${topic}`, () => [
      { topic, workerId: 'worker', allowed: true, why: null, asOf: db.date() },
    ]),
});

/** No worker holds declarations against what runs. */
export const simulateFlowChecks = (db: Statements): Pick<FlowCheckStore, 'of'> => ({
  of: () => db.run('checks of a flow', () => null),
});

/** No policy here allows it, so nobody has started a replay alone. */
export const simulateBreakGlass = (db: Statements): Pick<BreakGlassStore, 'of'> => ({
  of: (replayId) => db.run(`break-glass of ${replayId}`, () => null),
});
