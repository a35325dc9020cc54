import type { z } from 'zod';
import type { Config } from '#lib/config/config.ts';
import type { GroupView, listGroups as operation } from '#lib/contract/lag.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { ListedGroup } from '#lib/store/lag-group-row.ts';
import type { GroupPosition, GroupSort } from '#lib/store/lag-groups-page.ts';
import { countRebalances } from './count-rebalances.ts';
import { requireCluster, visibleFlows } from './lag-access.ts';
import { groupView, trendSteps, trendsOn } from './lag-views.ts';

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters' | 'flows'>;
  clock: () => Date;
};
type Query = Omit<z.output<NonNullable<(typeof operation)['query']>>, 'cursor'>;

/** Most lag first, longest first, worst first; names from A. */
const descendingByDefault: Readonly<Record<GroupSort, boolean>> = {
  lag: true,
  timeLag: true,
  name: false,
  status: false,
};

/**
 * Groups of a cluster from the last snapshot, never from Kafka. `position` is what an earlier page's `next` said.
 * @throws SluiceError not_found, forbidden, bad_request for a position of another order
 */
export async function listGroups(
  { database, config, clock }: Deps,
  principal: Principal,
  cluster: string,
  query: Query,
  position: string | null,
): Promise<{ items: GroupView[]; next: string | null }> {
  requireCluster(config, principal, cluster);
  const { sort, limit } = query;
  const descending = query.order === undefined ? descendingByDefault[sort] : query.order === 'desc';
  const order = `${sort}:${descending ? 'desc' : 'asc'}`;
  const { lag } = database.stores;
  const [page, rolledTo] = await Promise.all([
    lag.groups(cluster, {
      filter: { ...query, flows: visibleFlows(config, principal, cluster) },
      sort,
      descending,
      limit,
      after: position === null ? null : readPosition(position, order),
    }),
    lag.history.rolledTo(cluster),
  ]);
  const steps = trendSteps(clock());
  const groupIds = page.groups.map((each) => each.groupId);
  const [totals, rebalances] = await Promise.all([
    lag.history.totals(cluster, groupIds, steps, rolledTo),
    countRebalances(database, cluster, groupIds, clock()),
  ]);
  const trendOf = trendsOn(steps);
  return {
    items: page.groups.map((each) =>
      groupView(each, {
        trend: trendOf(totals.get(each.groupId) ?? []),
        rebalancesPerHour: rebalances(each.groupId),
      }),
    ),
    next: page.next && writePosition(page.next, order),
  };
}

/** The worst groups of a cluster without what a list draws beside them: for those who judge and don't show. @throws SluiceError as `listGroups` */
export async function worstGroups(
  { database, config }: Pick<Deps, 'database' | 'config'>,
  principal: Principal,
  cluster: string,
  limit: number,
): Promise<{ groups: ListedGroup[]; more: boolean }> {
  requireCluster(config, principal, cluster);
  const flows = visibleFlows(config, principal, cluster);
  const order = { sort: 'status', descending: false, limit, after: null } as const;
  const page = await database.stores.lag.groups(cluster, { filter: { flows }, ...order });
  return { groups: page.groups, more: page.next !== null };
}

const writePosition = ({ first, second, groupId }: GroupPosition, order: string) =>
  JSON.stringify([order, first, second, groupId]);

/** What positions look like, for the route to check before it hands one on. */
export const positionForm = /^\["[a-zA-Z]+:(asc|desc)",-?[\d.e+]+,-?[\d.e+]+,".*"\]$/s;

function readPosition(position: string, order: string): GroupPosition {
  const [at, first, second, groupId] = JSON.parse(position) as [string, number, number, string];
  if (at !== order)
    throw new SluiceError(
      'bad_request',
      `query.cursor belongs to the order ${at}, and this list is in ${order}.`,
    );
  return { first, second, groupId };
}
