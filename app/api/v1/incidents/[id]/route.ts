import { getIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { incidentDetail } from '#lib/usecases/incidents/incident-view.ts';
import { readIncident } from '#lib/usecases/incidents/read-incident.ts';

export const GET = route(getIncident, async ({ runtime, principal, params, query }) =>
  incidentDetail(await readIncident(runtime, principal, params.id, query)),
);
