import { authorize, can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import type { IncidentAbout } from '#lib/domain/incidents/about.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { StoredIncident } from '#lib/store/incidents.ts';

/** What incidents need. Nothing of it asks Kafka: during an incident that may be what is away. */
export type IncidentDeps = {
  database: Database;
  config: Pick<Config, 'clusters' | 'flows' | 'deadLetters'>;
  environment: { demo: boolean };
  clock: () => Date;
  newId: () => string;
};

export const scopeOf = ({ scope, cluster, flow }: Pick<IncidentAbout, 'scope' | 'cluster' | 'flow'>) =>
  scope === 'cluster' ? { cluster } : { cluster, flow };

/** Who may see an incident: who may read each thing that it is about. */
export const mayRead = (principal: Principal, about: readonly IncidentAbout[]): boolean =>
  about.every((each) => can(principal, 'read', scopeOf(each)));

/** @throws SluiceError `forbidden`, for the first thing on which it is not held */
export function authorizeAll(
  principal: Principal,
  permission: Permission,
  about: readonly IncidentAbout[],
): void {
  for (const each of about) authorize(principal, permission, scopeOf(each));
}

/** @throws SluiceError `not_found`, also for an incident that the principal may not read */
export async function requireIncident(
  { database }: Pick<IncidentDeps, 'database'>,
  principal: Principal,
  id: string,
): Promise<StoredIncident> {
  const stored = await database.stores.incidents.read(id);
  if (!stored || !mayRead(principal, stored.incident.about))
    throw new SluiceError('not_found', `There is no incident ${id}, or you may not read what it is about.`);
  return stored;
}
