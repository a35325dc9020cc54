import { authorize } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { GroupDetail } from '#lib/contract/lag.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import { countRebalances } from './count-rebalances.ts';
import { requireCluster } from './lag-access.ts';
import { groupDetail, trendSteps, trendsOn } from './lag-views.ts';

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters'>;
  clock: () => Date;
};
export type GroupRef = { cluster: string; group: string };

/** One group from the last snapshot. @throws SluiceError not_found, forbidden */
export async function readGroup(deps: Deps, principal: Principal, of: GroupRef): Promise<GroupDetail> {
  const snapshot = await requireGroup(deps, principal, of);
  const steps = trendSteps(deps.clock());
  const [totals, rebalances] = await Promise.all([
    deps.database.stores.lag.history.totals(of.cluster, [of.group], steps),
    countRebalances(deps.database, of.cluster, [of.group], deps.clock()),
  ]);
  const trend = trendsOn(steps)(totals.get(of.group) ?? []);
  return groupDetail(snapshot, { trend, rebalancesPerHour: rebalances(of.group) }, principal);
}

/** The group's last snapshot, if the principal may read it. @throws SluiceError not_found, forbidden */
export async function requireGroup(
  { database, config }: Pick<Deps, 'database' | 'config'>,
  principal: Principal,
  { cluster, group }: GroupRef,
): Promise<GroupSnapshot> {
  requireCluster(config, principal, cluster);
  const snapshot = await database.stores.lag.readGroup(cluster, group);
  if (!snapshot)
    throw new SluiceError(
      'not_found',
      `There is no consumer group "${group}" in cluster ${cluster} as of the last round of the collector.`,
    );
  authorize(principal, 'read', { cluster, flow: snapshot.flow });
  return snapshot;
}
