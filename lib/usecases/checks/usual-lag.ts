import { type FlowFacts, known, notKnown } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { Database } from '#lib/store/database.ts';

/** So far back what is usual is read: longer ago, the service may have been another. */
const lookBackMs = 7 * 86_400_000;
const stepMs = 60_000;

/** The 95th percentile of a flow's time lag, the worst of its groups in each minute that was measured. */
export async function usualLag(
  { stores }: Pick<Database, 'stores'>,
  flow: Pick<Flow, 'cluster' | 'groups' | 'objectives'>,
  now: Date,
): Promise<FlowFacts['usualLag']> {
  if (flow.objectives.timeLagMs === null || flow.groups.length === 0)
    return notKnown('The flow declares no objective, or no group to measure.');
  const range = { from: new Date(now.getTime() - lookBackMs), to: now, stepMs };
  const histories = await stores.lag.history.totals(
    flow.cluster,
    flow.groups.map(({ id }) => id),
    range,
  );
  const worst = new Map<number, number>();
  for (const points of histories.values())
    for (const { at, lagMs } of points)
      if (lagMs !== null) worst.set(at.getTime(), Math.max(worst.get(at.getTime()) ?? 0, lagMs));
  const sorted = [...worst.values()].sort((a, b) => a - b);
  const p95Ms = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return p95Ms === undefined
    ? notKnown('Its time lag was not measured yet.')
    : known({ p95Ms, minutes: sorted.length });
}
