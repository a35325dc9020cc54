import type { z } from 'zod';
import type { IncidentView, openIncident as operation } from '#lib/contract/incidents.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { lookBackDefaultMs } from '#lib/domain/incidents/about.ts';
import type { IncidentDeps } from './deps.ts';
import { incidentView } from './incident-view.ts';
import { resolveThings } from './resolve-thing.ts';

type Body = z.output<NonNullable<(typeof operation)['body']>>;

/** Short enough to be read out over the phone. */
const incidentId = (unique: string) => `i-${unique.replaceAll('-', '').slice(0, 12)}`;

/**
 * Opens an incident about things that are there, with the line in the audit log in one transaction.
 * @throws SluiceError `not_found`, `forbidden`
 */
export async function openIncident(
  deps: IncidentDeps,
  principal: Principal,
  body: Body,
): Promise<IncidentView> {
  const about = await resolveThings(deps, principal, body.about);
  const lookBackMs = body.lookBackMs ?? lookBackDefaultMs;
  const { title } = body;
  return deps.database.transact(async (stores) => {
    const incident = await stores.incidents.create({
      ...{ id: incidentId(deps.newId()), title, about, lookBackMs },
      ...{ openedAt: deps.clock(), openedBy: principal.name },
    });
    await stores.audit.append({
      ...{ actor: principal.name, action: 'incident.open', outcome: 'allowed', code: null },
      resource: `incident/${incident.id}`,
      detail: {
        title,
        lookBackMs,
        about: about.map(({ thing, cluster, flow }) => ({ ...thing, cluster, flow })),
        via: principal.via,
      },
    });
    return incidentView({ incident, entries: [], notes: 0 });
  });
}
