import { listIncidents, openIncident } from '#lib/contract/incidents.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { incidentPositionForm, listIncidents as list } from '#lib/usecases/incidents/list-incidents.ts';
import { openIncident as open } from '#lib/usecases/incidents/open-incident.ts';

export const GET = route(listIncidents, async ({ runtime, principal, query }) => {
  const { limit, cursor, state } = query;
  const position = cursorKey(cursor, incidentPositionForm);
  const { items, next } = await list(runtime, principal, { state }, { limit, position });
  return { items, nextCursor: next === null ? null : cursorOf(next) };
});

export const POST = route(openIncident, ({ runtime, principal, body }) => open(runtime, principal, body));
