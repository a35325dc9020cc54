import { exportIncident } from '#lib/contract/incidents.ts';
import { route } from '#lib/http/route.ts';
import { exportIncident as exported } from '#lib/usecases/incidents/export-incident.ts';

export const GET = route(exportIncident, async ({ runtime, principal, params, query, origin }) => {
  const { fileName, contentType, text } = await exported(runtime, principal, params.id, { ...query, origin });
  return new Response(text, {
    headers: { 'content-type': contentType, 'content-disposition': `attachment; filename="${fileName}"` },
  });
});
