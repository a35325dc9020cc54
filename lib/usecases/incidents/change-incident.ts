import type { IncidentView } from '#lib/contract/incidents.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { AuditAction } from '#lib/domain/audit/action.ts';
import { closingOf, type IncidentEntry, notesMost, spanOf } from '#lib/domain/incidents/about.ts';
import type { Joined } from '#lib/domain/incidents/joined.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { StoredIncident } from '#lib/store/incidents.ts';
import { authorizeAll, type IncidentDeps, requireIncident } from './deps.ts';
import { gatherJoined } from './gather/gather-joined.ts';
import { incidentView } from './incident-view.ts';

export type IncidentVerb = 'note' | 'close' | 'reopen';

const kinds = { note: 'note', close: 'closed', reopen: 'reopened' } as const;
const actions: Readonly<Record<IncidentVerb, AuditAction>> = {
  note: 'incident.note',
  close: 'incident.close',
  reopen: 'incident.reopen',
};

const notesOf = (entries: readonly IncidentEntry[]) => entries.filter(({ kind }) => kind === 'note').length;

/** @throws SluiceError `wrong_state`, `too_large` */
function requirePossible(verb: IncidentVerb, { incident, entries }: StoredIncident): void {
  const closing = closingOf(entries);
  if (verb === 'close' && closing)
    throw new SluiceError(
      'wrong_state',
      `Incident ${incident.id} is closed already, by ${closing.by} at ${closing.at}.`,
    );
  if (verb === 'reopen' && !closing)
    throw new SluiceError('wrong_state', `Incident ${incident.id} is open already.`);
  if (verb === 'note' && notesOf(entries) >= notesMost)
    throw new SluiceError(
      'too_large',
      `Incident ${incident.id} has ${notesMost} notes, the most that one can have. Open another that names it.`,
    );
}

/**
 * Adds a note, closes or reopens an incident, with the line in the audit log in one transaction. A closing keeps what has joined by then.
 * @throws SluiceError `not_found`, `forbidden`, `wrong_state`, `too_large`
 */
export async function changeIncident(
  deps: IncidentDeps,
  principal: Principal,
  id: string,
  verb: IncidentVerb,
  text: string,
): Promise<IncidentView> {
  const before = await requireIncident(deps, principal, id);
  authorizeAll(principal, 'incident.write', before.incident.about);
  requirePossible(verb, before);
  const at = deps.clock();
  const joined: Joined | null =
    verb === 'close'
      ? await gatherJoined(deps, before.incident, spanOf(before.incident, before.entries, at.getTime()))
      : null;
  return deps.database.transact(async (stores) => {
    await stores.incidents.lock(id);
    const now = await stores.incidents.read(id);
    if (!now) throw new Error(`Incident ${id} was there a moment ago; incidents are never deleted.`);
    requirePossible(verb, now);
    const entry = await stores.incidents.add(id, {
      ...{ kind: kinds[verb], text, about: null },
      ...{ at, by: principal.name },
    });
    if (joined) await stores.incidents.keep(id, entry, joined);
    await stores.audit.append({
      ...{ actor: principal.name, action: actions[verb], outcome: 'allowed', code: null },
      resource: `incident/${id}`,
      detail: {
        ...(verb === 'note' ? { note: text } : { reason: text }),
        entry: entry.seq,
        ...(joined ? { lines: joined.lines.length, replays: joined.replays.map((each) => each.id) } : {}),
        via: principal.via,
      },
    });
    const entries = [...now.entries, entry];
    return incidentView({ incident: now.incident, entries, notes: notesOf(entries) });
  });
}
