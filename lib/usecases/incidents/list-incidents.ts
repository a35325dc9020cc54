import type { IncidentView } from '#lib/contract/incidents.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { IncidentPosition } from '#lib/store/incidents.ts';
import { type IncidentDeps, mayRead } from './deps.ts';
import { incidentView } from './incident-view.ts';

/** What positions look like, for the route to check before it hands one on. */
export const incidentPositionForm = /^\d{1,15}\/i-[0-9a-f]{1,32}$/;

function positionAt(position: string | null): IncidentPosition | null {
  if (position === null) return null;
  const [at = '', id = ''] = position.split('/');
  return { openedAt: new Date(Number(at)), id };
}

/** A page of incidents, newest first; those that the principal may not read are left out, so a page may be short. */
export async function listIncidents(
  { database }: Pick<IncidentDeps, 'database'>,
  principal: Principal,
  filter: { state?: IncidentView['state'] | undefined },
  page: { limit: number; position: string | null },
): Promise<{ items: IncidentView[]; next: string | null }> {
  const rows = await database.stores.incidents.list({
    limit: page.limit + 1,
    after: positionAt(page.position),
  });
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1)?.incident : undefined;
  return {
    items: shown
      .filter(({ incident }) => mayRead(principal, incident.about))
      .map(incidentView)
      .filter(({ state }) => filter.state === undefined || state === filter.state),
    next: last ? `${Date.parse(last.openedAt)}/${last.id}` : null,
  };
}
