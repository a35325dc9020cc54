import type { EdgePressure } from '#lib/contract/flow-map.ts';
import type { MapEdge, MapNode } from '#lib/domain/flows/map/flow-map.ts';
import { topicLag } from '#lib/domain/flows/map/topic-lag.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import type { DeadEnds } from './read-dead-ends.ts';

/** What was last seen of one cluster. */
export type ClusterReadings = DeadEnds & { groups: ReadonlyMap<string, GroupSnapshot> };

const none = (why: string): EdgePressure => ({ measure: 'none', why });
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function lagOn({ groups }: ClusterReadings, groupId: string, topic: string): EdgePressure {
  const group = groups.get(groupId);
  if (!group) return none(`The collector has not seen the group ${groupId}.`);
  const lag = topicLag(
    group.partitions
      .filter((each) => each.topic === topic)
      .map((each) => ({ ...each, lagRecords: each.lagRecords === null ? null : BigInt(each.lagRecords) })),
  );
  if (!lag) return none(`The group ${groupId} has no offset and no member on ${topic}.`);
  const { partitions: _, lagRecords, ...rest } = lag;
  return {
    ...{ measure: 'lag', ...rest, lagRecords: lagRecords === null ? null : String(lagRecords) },
    asOf: group.asOf.toISOString(),
  };
}

/** By the group's own offsets; where it has none there, what the worker found waiting for whoever reads it. */
function retryPressure(readings: ClusterReadings, groupId: string, topic: string): EdgePressure {
  const own = lagOn(readings, groupId, topic);
  if (own.measure !== 'none') return own;
  const wave = readings.waves.find((each) => each.topic === topic && each.waitingRecords !== null);
  if (!wave || wave.waitingRecords === null) return own;
  return {
    measure: 'waiting',
    waitingRecords: wave.waitingRecords,
    dueFirstAt: iso(wave.dueFirstAtMs),
    asOf: wave.asOf.toISOString(),
  };
}

function arrivalsIn({ arrivals, indexed }: ClusterReadings, topic: string): EdgePressure {
  const seen = arrivals.get(topic);
  if (seen) {
    const { m5, h1, open, caughtUp, asOf } = seen;
    return { measure: 'arrivals', m5, h1, open, caughtUp, asOf };
  }
  return none(
    indexed.has(topic)
      ? `The index has not read ${topic} yet.`
      : `${topic} is not indexed: it does not exist, or the worker has not found it yet.`,
  );
}

/** What is known of the pressure on an edge, from what was last read; never a guess. */
export function pressureOf(
  edge: MapEdge,
  from: MapNode,
  to: MapNode,
  readings: ClusterReadings,
): EdgePressure {
  switch (edge.kind) {
    case 'consumes':
      return lagOn(readings, to.name, from.name);
    case 'retries':
      return from.kind === 'group'
        ? retryPressure(readings, from.name, to.name)
        : none(`No group is declared that reads ${to.name}.`);
    case 'dead_letters':
    case 'quarantines':
      return arrivalsIn(readings, to.name);
    case 'writes':
      return none(`Who wrote what into ${to.name} can't be seen: its readers tell what comes in.`);
    case 'effect':
      return none(
        to.effect?.external
          ? 'What crosses to a provider is not seen by Sluice.'
          : 'What is done there is not seen by Sluice.',
      );
    case 'asks':
      return none('It is asked before a replay, and only then.');
  }
}
