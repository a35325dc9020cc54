/** One measured step of a group's history; null: it was looked at and the time lag could not be told. */
type LagMoment = { at: Date; lagMs: number | null };

/** What one step counts as: within the objective, past it, or neither. */
export type Judged = 'good' | 'bad' | 'unknown';

/**
 * A flow's steps in [from, to), oldest first. A step is bad when any group was past the objective, good when all of them are known to be within
 * it, else unknown. Groups without any measurement in the whole range are left out; without a single one everything is unknown.
 * @param groups the history of each group, at most one point a step, its time at the step's start
 */
export function judgeSteps(
  groups: readonly (readonly LagMoment[])[],
  objectiveMs: number,
  { from, to, stepMs }: { from: Date; to: Date; stepMs: number },
): Judged[] {
  const start = from.getTime();
  const length = Math.max(0, Math.ceil((to.getTime() - start) / stepMs));
  const measured = groups.filter((points) => points.some((point) => point.lagMs !== null));
  const good = new Array<number>(length).fill(0);
  const bad = new Array<boolean>(length).fill(false);
  for (const points of measured)
    for (const { at, lagMs } of points) {
      const index = Math.floor((at.getTime() - start) / stepMs);
      if (lagMs === null || index < 0 || index >= length) continue;
      if (lagMs > objectiveMs) bad[index] = true;
      else good[index] = (good[index] ?? 0) + 1;
    }
  return good.map((count, index) =>
    bad[index] ? 'bad' : measured.length > 0 && count >= measured.length ? 'good' : 'unknown',
  );
}
