import type { IncidentView } from '#lib/contract/incidents.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import {
  aboutInAllMost,
  closingOf,
  type IncidentAbout,
  type IncidentThing,
} from '#lib/domain/incidents/about.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { StoredIncident } from '#lib/store/incidents.ts';
import { authorizeAll, type IncidentDeps, requireIncident } from './deps.ts';
import { incidentView } from './incident-view.ts';
import { resolveThings } from './resolve-thing.ts';

const keyOf = ({ thing }: IncidentAbout) => JSON.stringify(Object.entries(thing).sort());

/** What of these the incident is not about yet. @throws SluiceError `wrong_state`, `too_large` */
function newOf({ incident, entries }: StoredIncident, about: readonly IncidentAbout[]): IncidentAbout[] {
  if (closingOf(entries))
    throw new SluiceError(
      'wrong_state',
      `Incident ${incident.id} is closed: reopen it before something is added.`,
    );
  const known = new Set(incident.about.map(keyOf));
  const added = about.filter((each) => !known.has(keyOf(each)));
  if (added.length === 0)
    throw new SluiceError('wrong_state', `Incident ${incident.id} is about that already.`);
  if (known.size + added.length > aboutInAllMost)
    throw new SluiceError(
      'too_large',
      `An incident is about at most ${aboutInAllMost} things; ${incident.id} has ${known.size}. Open another that names it.`,
    );
  return added;
}

/**
 * Widens an open incident: the story of these things and of their flows joins it too, from its beginning on. In one transaction with a line in the
 * audit log.
 * @throws SluiceError `not_found`, `forbidden`, `wrong_state`, `too_large`
 */
export async function addToIncident(
  deps: IncidentDeps,
  principal: Principal,
  id: string,
  things: readonly IncidentThing[],
): Promise<IncidentView> {
  const before = await requireIncident(deps, principal, id);
  authorizeAll(principal, 'incident.write', before.incident.about);
  const about = await resolveThings(deps, principal, things);
  const at = deps.clock();
  return deps.database.transact(async (stores) => {
    await stores.incidents.lock(id);
    const now = await stores.incidents.read(id);
    if (!now) throw new Error(`Incident ${id} was there a moment ago; incidents are never deleted.`);
    const added = newOf(now, about);
    for (const each of added)
      await stores.incidents.add(id, {
        ...{ kind: 'added', text: each.name, about: each, at, by: principal.name },
      });
    await stores.audit.append({
      ...{ actor: principal.name, action: 'incident.add', outcome: 'allowed', code: null },
      resource: `incident/${id}`,
      detail: {
        about: added.map(({ thing, cluster, flow }) => ({ ...thing, cluster, flow })),
        via: principal.via,
      },
    });
    return incidentView({
      incident: { ...now.incident, about: [...now.incident.about, ...added] },
      entries: now.entries,
      notes: now.entries.filter(({ kind }) => kind === 'note').length,
    });
  });
}
