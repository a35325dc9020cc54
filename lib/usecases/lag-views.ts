import { can } from '#lib/auth/authorize.ts';
import type { GroupDetail, GroupView } from '#lib/contract/lag.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { GroupSnapshot, ListedGroup } from '#lib/store/lag-group-row.ts';
import type { LagPoint } from '#lib/store/lag-history.ts';

/** Steps of equal length, aligned, the last one holding `to`. */
export type Steps = { from: Date; to: Date; stepMs: number };

const trendStepMs = 60_000;
const trendPoints = 60;

/** The last hour in minutes, as the trend shows it. */
export function trendSteps(now: Date): Steps {
  const toMs = Math.floor(now.getTime() / trendStepMs + 1) * trendStepMs;
  return { from: new Date(toMs - trendPoints * trendStepMs), to: new Date(toMs), stepMs: trendStepMs };
}

/** One entry a step, null where nothing was measured; what lies before the first measurement of all is left out. */
export function withGaps(
  points: readonly LagPoint[],
  { from, to, stepMs }: Steps,
): (LagPoint | { at: Date; lagRecords: null; lagMs: null })[] {
  const byStep = new Map(points.map((point) => [point.at.getTime(), point]));
  const all: (LagPoint | { at: Date; lagRecords: null; lagMs: null })[] = [];
  for (let atMs = from.getTime(); atMs < to.getTime(); atMs += stepMs)
    all.push(byStep.get(atMs) ?? { at: new Date(atMs), lagRecords: null, lagMs: null });
  return all;
}

/** The trends of many groups over the same steps; one that was never measured has none. */
export function trendsOn({ from, to, stepMs }: Steps): (points: readonly LagPoint[]) => GroupView['trend'] {
  const fromMs = from.getTime();
  // A list shows the same sixty instants for each of its groups: they are written out once.
  const instants: string[] = [];
  for (let atMs = fromMs; atMs < to.getTime(); atMs += stepMs) instants.push(new Date(atMs).toISOString());
  return (points) => {
    if (points.length === 0) return [];
    const lags: (string | null)[] = instants.map(() => null);
    for (const { at, lagRecords } of points)
      if (lagRecords !== null) lags[(at.getTime() - fromMs) / stepMs] = String(lagRecords);
    return instants.map((instant, step) => [instant, lags[step] ?? null]);
  };
}

/** What is computed on reading. */
type Computed = Pick<GroupView, 'trend' | 'rebalancesPerHour'>;

/** A group as the list shows it. */
export const groupView = (group: ListedGroup, computed: Computed): GroupView => ({
  ...group,
  ...computed,
  asOf: group.asOf.toISOString(),
});

/** A snapshot in full. The key of the blocking record is payload: only for those who may read payloads there. */
export function groupDetail(snapshot: GroupSnapshot, computed: Computed, principal: Principal): GroupDetail {
  const { cluster, flow, blocking, memberList } = snapshot;
  const mayReadKey = can(principal, 'payload.read', { cluster, flow });
  return {
    ...snapshot,
    ...computed,
    memberList: [...(memberList ?? [])],
    blocking: blocking && { ...blocking, keyText: mayReadKey ? blocking.keyText : null },
    asOf: snapshot.asOf.toISOString(),
  };
}
