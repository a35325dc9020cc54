import { reopenIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { changeIncident } from '#lib/usecases/incidents/change-incident.ts';

export const POST = route(reopenIncident, ({ runtime, principal, params, body }) =>
  changeIncident(runtime, principal, params.id, 'reopen', body.reason),
);
