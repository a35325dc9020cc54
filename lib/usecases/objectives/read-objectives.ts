import type { Config } from '#lib/config/config.ts';
import type { FlowObjective } from '#lib/contract/flows.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { assess } from '#lib/domain/objectives/burn-rate.ts';
import { judgeArrivals } from '#lib/domain/objectives/burst.ts';
import { judgeSteps } from '#lib/domain/objectives/minutes.ts';
import { objectivePeriodMs, objectiveStepMs, objectiveTarget } from '#lib/domain/objectives/terms.ts';
import type { Database } from '#lib/store/database.ts';
import type { LagPoint } from '#lib/store/lag-history.ts';

type ObjectiveDeps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'flows'>;
  clock: () => Date;
};
type Objectives = ReadonlyMap<string, FlowObjective>;

const hourMs = 3_600_000;
const reuseMs = 15_000;

/** By flow name, for every declared flow. One question a cluster for history and one for arrivals, whatever the number of flows. */
async function computeObjectives({ database, config, clock }: ObjectiveDeps): Promise<Objectives> {
  const now = clock();
  const toMs = Math.floor(now.getTime() / objectiveStepMs + 1) * objectiveStepMs;
  const range = {
    from: new Date(toMs - objectivePeriodMs),
    to: new Date(toMs),
    stepMs: objectiveStepMs,
  };
  const measured = config.flows.filter((flow) => flow.objectives.timeLagMs !== null);
  const histories = [...Map.groupBy(measured, (flow) => flow.cluster)].map(async ([cluster, flows]) => {
    const groupIds = [...new Set(flows.flatMap((flow) => flow.groups.map((group) => group.id)))];
    return [cluster, await database.stores.lag.history.totals(cluster, groupIds, range)] as const;
  });
  const [totals, arrivals] = await Promise.all([
    Promise.all(histories),
    database.stores.deadLetterArrivals.since(new Date(now.getTime() - hourMs)),
  ]);
  const historyOf = new Map<string, Map<string, LagPoint[]>>(totals);
  const arrivedIn = new Map(
    arrivals.map((each) => [JSON.stringify([each.cluster, each.topic]), each.arrived]),
  );
  return new Map(
    config.flows.map((flow) => {
      const history = historyOf.get(flow.cluster);
      const points = flow.groups.map((group) => history?.get(group.id) ?? []);
      const lastHour = arrivedIn.get(JSON.stringify([flow.cluster, flow.deadLetters])) ?? null;
      return [flow.name, objectiveOf(flow, points, range, lastHour, now)];
    }),
  );
}

function objectiveOf(
  flow: Flow,
  points: readonly (readonly LagPoint[])[],
  range: { from: Date; to: Date; stepMs: number },
  lastHour: number | null,
  now: Date,
): FlowObjective {
  const { timeLagMs, deadLettersPerHour } = flow.objectives;
  const about = {
    timeLagMs,
    target: objectiveTarget,
    periodMs: objectivePeriodMs,
    deadLetters: {
      status: judgeArrivals(lastHour, deadLettersPerHour),
      perHour: deadLettersPerHour,
      lastHour,
    },
    asOf: now.toISOString(),
  };
  if (timeLagMs === null)
    return { ...about, status: 'none', speed: null, compliance: null, coverage: 0, burn: [] };
  const found = assess(judgeSteps(points, timeLagMs, range), range.stepMs, objectivePeriodMs);
  return {
    ...about,
    ...found,
    burn: found.burn.map(({ windowMs, rate, coverage }) => ({ windowMs, rate, coverage })),
  };
}

const kept = new WeakMap<Config['flows'], { atMs: number; objectives: Promise<Objectives> }>();

/** The same, at most 15 s old: a day of history is not read again for every page and every turn of the notifier. */
export function readObjectives(deps: ObjectiveDeps): Promise<Objectives> {
  const nowMs = deps.clock().getTime();
  const before = kept.get(deps.config.flows);
  if (before && nowMs >= before.atMs && nowMs - before.atMs < reuseMs) return before.objectives;
  const objectives = computeObjectives(deps);
  kept.set(deps.config.flows, { atMs: nowMs, objectives });
  objectives.catch(() => kept.delete(deps.config.flows));
  return objectives;
}
