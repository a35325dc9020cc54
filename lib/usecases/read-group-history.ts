import type { z } from 'zod';
import type { Config } from '#lib/config/config.ts';
import type { History, getGroupHistory as operation } from '#lib/contract/lag.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { historyStepMs } from '#lib/domain/lag/history-step.ts';
import type { Database } from '#lib/store/database.ts';
import { type Steps, withGaps } from './lag-views.ts';
import { type GroupRef, requireGroup } from './read-group.ts';

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters'>;
  clock: () => Date;
};
type Query = z.output<NonNullable<(typeof operation)['query']>>;

const defaultRangeMs = 3_600_000;

/**
 * Lag over time: the group's total first, then its partitions; the worst of each step, null where nothing was measured. The step is
 * widened when the range would give too many points; `stepMs` says what it was. @throws SluiceError not_found, forbidden, bad_request
 */
export async function readGroupHistory(
  deps: Deps,
  principal: Principal,
  of: GroupRef,
  query: Query,
): Promise<History> {
  const snapshot = await requireGroup(deps, principal, of);
  const steps = stepsOf(query, deps.clock());
  if (query.series === 'total' && query.topic !== undefined)
    throw new SluiceError('bad_request', 'query.series: the total has no topic; leave out one of the two.');
  const { history } = deps.database.stores.lag;
  const series =
    query.series === 'total'
      ? [...(await history.totals(of.cluster, [of.group], steps)).values()].map((points) => ({
          topic: null,
          partition: null,
          points,
        }))
      : await history.series(of.cluster, of.group, { ...steps, topic: query.topic });
  return {
    stepMs: steps.stepMs,
    asOf: snapshot.asOf.toISOString(),
    series: series.map(({ topic, partition, points }) => ({
      topic,
      partition,
      points: withGaps(points, steps).map(({ at, lagRecords, lagMs }) => [
        at.toISOString(),
        lagRecords === null ? null : String(lagRecords),
        lagMs,
      ]),
    })),
  };
}

/** From and to on whole steps, so that the same moment falls into the same step at every reload. */
export function stepsOf(query: Pick<Query, 'from' | 'to' | 'step'>, now: Date): Steps {
  const to = query.to === undefined ? now : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - defaultRangeMs) : new Date(query.from);
  if (from >= to) throw new SluiceError('bad_request', 'query.from must lie before query.to.');
  const range = { fromMs: from.getTime(), toMs: to.getTime() };
  const stepMs = historyStepMs(range, now.getTime(), query.step ?? null);
  return {
    stepMs,
    from: new Date(Math.floor(from.getTime() / stepMs) * stepMs),
    to: new Date(Math.min(Math.ceil(to.getTime() / stepMs), Math.ceil(now.getTime() / stepMs)) * stepMs),
  };
}
