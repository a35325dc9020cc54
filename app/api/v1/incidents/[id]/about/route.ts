import { addToIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { addToIncident as add } from '#lib/usecases/incidents/add-to-incident.ts';

export const POST = route(addToIncident, ({ runtime, principal, params, body }) =>
  add(runtime, principal, params.id, body.about),
);
