import { noteIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { changeIncident } from '#lib/usecases/incidents/change-incident.ts';

export const POST = route(noteIncident, ({ runtime, principal, params, body }) =>
  changeIncident(runtime, principal, params.id, 'note', body.text),
);
