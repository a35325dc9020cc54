import { roughDuration } from '../lag/wording.ts';
import type { IncidentLine } from './timeline.ts';
import { counted } from './words.ts';

/** Of a group at one time, the worst of its step; what was not measured is null. `at` is RFC 3339. */
export type LagReading = { at: string; lagRecords: bigint | null; lagMs: number | null };

/** A group that swings around its objective says no more by its fortieth swing. */
const swingsMost = 40;

type Swing = { at: string; over: boolean; lagMs: number };

/** When the time lag went over the objective and came back; what was not measured changes nothing. */
function swings(readings: readonly LagReading[], objectiveMs: number): Swing[] {
  const found: Swing[] = [];
  let over = false;
  for (const { at, lagMs } of readings) {
    if (lagMs === null || lagMs > objectiveMs === over) continue;
    over = !over;
    found.push({ at, over, lagMs });
  }
  return found;
}

/** What the lag of a group tells of its own: when it went over the objective and back, and when it was furthest behind. Pure. */
export function lagLines(
  group: { cluster: string; groupId: string; href: string; objectiveMs: number | null },
  readings: readonly LagReading[],
): IncidentLine[] {
  const { cluster, groupId, href, objectiveMs } = group;
  const plain = { until: null, count: 1, kind: 'lag' as const, actor: null, href };
  const id = `lag/${cluster}/${groupId}`;
  let worst: { at: string; lagRecords: bigint } | null = null;
  for (const { at, lagRecords } of readings)
    if (lagRecords !== null && lagRecords > (worst?.lagRecords ?? 0n)) worst = { at, lagRecords };
  const peak: IncidentLine[] =
    worst === null
      ? []
      : [
          {
            ...{ ...plain, id: `${id}/peak`, at: worst.at, what: `${groupId}: furthest behind` },
            detail: counted(worst.lagRecords, 'record'),
          },
        ];
  if (objectiveMs === null) return peak;
  return [
    ...swings(readings, objectiveMs)
      .slice(0, swingsMost)
      .map(
        ({ at, over, lagMs }): IncidentLine => ({
          ...{ ...plain, id: `${id}/${over ? 'over' : 'within'}/${at}`, at },
          what: `${groupId}: time lag ${over ? 'over' : 'within'} its objective${over ? '' : ' again'}`,
          detail: `${roughDuration(lagMs)}, the objective is ${roughDuration(objectiveMs)}`,
        }),
      ),
    ...peak,
  ];
}
