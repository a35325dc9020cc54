import { closeIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { changeIncident } from '#lib/usecases/incidents/change-incident.ts';

export const POST = route(closeIncident, ({ runtime, principal, params, body }) =>
  changeIncident(runtime, principal, params.id, 'close', body.reason),
);
