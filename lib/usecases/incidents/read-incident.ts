import type { Principal } from '#lib/domain/access/roles.ts';
import { closingOf, spanOf } from '#lib/domain/incidents/about.ts';
import { type IncidentDocument, incidentDocument } from '#lib/domain/incidents/document.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { type IncidentDeps, requireIncident } from './deps.ts';
import { gatherJoined } from './gather/gather-joined.ts';

/** Which part of the span the timeline shows: what an address with a frozen time has. */
export type IncidentPart = { from?: string | undefined; to?: string | undefined };

const instant = (text: string | undefined): string | null =>
  text === undefined ? null : new Date(text).toISOString();

/**
 * An incident whole: of an open one what joins it now, of a closed one what had joined when it was closed.
 * @throws SluiceError `not_found`, `bad_request` for a part that ends before it begins
 */
export async function readIncident(
  deps: IncidentDeps,
  principal: Principal,
  id: string,
  part: IncidentPart,
): Promise<IncidentDocument> {
  const { incident, entries } = await requireIncident(deps, principal, id);
  const shown = { from: instant(part.from), to: instant(part.to) };
  if (shown.from !== null && shown.to !== null && shown.from >= shown.to)
    throw new SluiceError('bad_request', 'query.from must lie before query.to.');
  const closing = closingOf(entries);
  const kept = closing && (await deps.database.stores.incidents.kept(closing));
  const joined =
    kept ?? (await gatherJoined(deps, incident, spanOf(incident, entries, deps.clock().getTime())));
  return incidentDocument(incident, entries, joined, { kept: kept !== null, part: shown });
}
