import type { Principal } from '#lib/domain/access/roles.ts';
import { incidentMarkdown } from '#lib/domain/incidents/markdown.ts';
import type { IncidentDeps } from './deps.ts';
import { incidentDetail } from './incident-view.ts';
import { type IncidentPart, readIncident } from './read-incident.ts';

export type IncidentFormat = 'md' | 'json';

/**
 * The incident as a file, for those who were not there. That it was taken stands in the audit log before a byte leaves.
 * @param origin where its links lead
 * @throws SluiceError `not_found`, `bad_request`
 */
export async function exportIncident(
  deps: IncidentDeps,
  principal: Principal,
  id: string,
  { format, origin, ...part }: IncidentPart & { format: IncidentFormat; origin: string },
): Promise<{ fileName: string; contentType: string; text: string }> {
  const document = await readIncident(deps, principal, id, part);
  await deps.database.stores.audit.append({
    ...{ actor: principal.name, action: 'incident.export', outcome: 'allowed', code: null },
    resource: `incident/${id}`,
    detail: { format, ...document.span, via: principal.via },
  });
  const fileName = `${document.incident.id}.${format}`;
  if (format === 'md')
    return {
      fileName,
      contentType: 'text/markdown; charset=utf-8',
      text: incidentMarkdown(document, origin),
    };
  return {
    fileName,
    contentType: 'application/json; charset=utf-8',
    text: JSON.stringify(incidentDetail(document), null, 2),
  };
}
