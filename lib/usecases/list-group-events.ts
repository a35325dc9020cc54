import type { z } from 'zod';
import { authorize, can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { GroupEventView, listAllGroupEvents as operation } from '#lib/contract/group-events.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { EventPosition, EventScope, StoredGroupEvent } from '#lib/store/group-events.ts';
import { requireCluster, visibleGroups } from './lag-access.ts';

type Deps = { database: Pick<Database, 'stores'>; config: Pick<Config, 'clusters' | 'flows'> };
type Query = Omit<z.output<NonNullable<(typeof operation)['query']>>, 'cursor'>;

/** What positions look like, for the route to check before it hands one on. */
export const eventPositionForm = /^\d{1,15}\/\d{1,19}$/;
export const eventPositionOf = (event: StoredGroupEvent): string => `${event.at.getTime()}/${event.id}`;

export const groupEventView = (event: StoredGroupEvent): GroupEventView => ({
  ...event,
  id: String(event.id),
  at: event.at.toISOString(),
});

/**
 * What happened to one group, newest first, one more than `limit` where there is more. A group that is gone keeps its events.
 * @throws SluiceError not_found, forbidden, bad_request
 */
export async function listGroupEvents(
  { database, config }: Deps,
  principal: Principal,
  { cluster, group }: { cluster: string; group: string },
  query: Query,
  position: string | null,
): Promise<StoredGroupEvent[]> {
  requireCluster(config, principal, cluster);
  const flow = config.flows.find(
    (each) => each.cluster === cluster && each.groups.some(({ id }) => id === group),
  );
  authorize(principal, 'read', { cluster, flow: flow?.name ?? null });
  return read(database, [{ cluster, groupIds: [group] }], query, position);
}

/** What happened to every group that the principal may see, newest first. @throws SluiceError bad_request */
export async function listAllGroupEvents(
  { database, config }: Deps,
  principal: Principal,
  query: Query,
  position: string | null,
): Promise<StoredGroupEvent[]> {
  const scopes = config.clusters
    .filter(({ name }) => can(principal, 'read', { cluster: name }))
    .map(({ name }): EventScope => ({ cluster: name, groupIds: visibleGroups(config, principal, name) }));
  return read(database, scopes, query, position);
}

function read(
  { stores }: Pick<Database, 'stores'>,
  scopes: readonly EventScope[],
  query: Query,
  position: string | null,
): Promise<StoredGroupEvent[]> {
  const { from, to, kind, limit } = query;
  const range = {
    from: from === undefined ? from : new Date(from),
    to: to === undefined ? to : new Date(to),
    kind,
  };
  if (range.from && range.to && range.from >= range.to)
    throw new SluiceError('bad_request', 'query.from must lie before query.to.');
  return stores.groupEvents.list(scopes, range, { limit: limit + 1, after: positionAt(position) });
}

function positionAt(position: string | null): EventPosition | null {
  if (position === null) return null;
  const [at = '', id = ''] = position.split('/');
  return { at: new Date(Number(at)), id: BigInt(id) };
}
