import type { Config } from '#lib/config/config.ts';
import { asAcceptedNow } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { Measured, TopicCounts } from '#lib/domain/flows/sheet/measured.ts';
import type { Database } from '#lib/store/database.ts';
import { usualLag } from '../checks/usual-lag.ts';
import { type Arrivals, readDeadEnds } from '../flow-map/read-dead-ends.ts';
import { readObjectives } from '../objectives/read-objectives.ts';
import { countReplays } from './count-replays.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'>; clock: () => Date };

async function readChecked(
  { stores }: Pick<Database, 'stores'>,
  flow: Flow,
  nowMs: number,
): Promise<Measured['checked']> {
  const row = await stores.flowChecks.of(flow.cluster, flow.name);
  if (row?.hash !== flowHash(flow)) return null;
  return { asOfMs: row.asOf.getTime(), findings: asAcceptedNow(row.findings, nowMs) };
}

async function readGroups(
  { stores }: Pick<Database, 'stores'>,
  { cluster, groups }: Flow,
): Promise<Measured['groups']> {
  const seen = await stores.lag.groupsNamed(
    cluster,
    groups.map(({ id }) => id),
  );
  return new Map(
    seen.map(({ groupId, status, statusDetail, lagRecords, lagMs, asOf }) => [
      groupId,
      { status, sentence: statusDetail, lagRecords, lagMs, asOfMs: asOf.getTime() },
    ]),
  );
}

const countsOf = (of: Arrivals | undefined): TopicCounts | null => {
  if (!of) return null;
  const { open, h1, d1, caughtUp, asOf } = of;
  return { open, h1, d1, caughtUp, asOfMs: Date.parse(asOf) };
};

/** What the worker has seen of a flow that is in force, from Postgres alone. */
export async function readMeasured(deps: Deps, flow: Flow): Promise<Measured> {
  const { database } = deps;
  const now = deps.clock();
  const [checked, groups, lag, objectives, deadEnds, replays] = await Promise.all([
    readChecked(database, flow, now.getTime()),
    readGroups(database, flow),
    usualLag(database, flow, now),
    readObjectives(deps),
    readDeadEnds(database, flow.cluster, [flow], now),
    countReplays(database, flow, now),
  ]);
  const objective = objectives.get(flow.name);
  return {
    ...{ nowMs: now.getTime(), checked, groups, usualLag: lag, replays },
    compliance:
      objective && flow.objectives.timeLagMs !== null
        ? { share: objective.compliance, target: objective.target }
        : null,
    deadLetters: countsOf(deadEnds.arrivals.get(flow.deadLetters ?? '')),
    quarantine: countsOf(deadEnds.arrivals.get(flow.quarantine ?? '')),
    waiting: deadEnds.waves
      .filter(({ topic }) => flow.retryTopics.some((each) => each === topic))
      .map(({ topic, waitingRecords, asOf }) => ({
        ...{ topic, records: waitingRecords, asOfMs: asOf.getTime() },
      })),
  };
}
