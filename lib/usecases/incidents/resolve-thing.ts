import { can } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { IncidentAbout, IncidentThing } from '#lib/domain/incidents/about.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import { scopeOf as alertScope } from '../alerts/deps.ts';
import { readReplay } from '../change-replay-state.ts';
import { masksOf, requireTopic } from '../dead-letter-access.ts';
import { failureGroupView } from '../dead-letter-views.ts';
import { requireCluster } from '../lag-access.ts';
import { requireGroup } from '../read-group.ts';
import { authorizeAll, type IncidentDeps, scopeOf } from './deps.ts';

type Of<Kind extends IncidentThing['kind']> = Extract<IncidentThing, { kind: Kind }>;
type Resolved = Omit<IncidentAbout, 'thing'>;
type Deps = Pick<IncidentDeps, 'database' | 'config' | 'clock'>;

const titledMost = 500;

function cluster({ config }: Deps, principal: Principal, thing: Of<'cluster'>): Resolved {
  requireCluster(config, principal, thing.cluster);
  const href = consolePage.cluster(thing.cluster);
  return { name: thing.cluster, cluster: thing.cluster, flow: null, scope: 'cluster', href };
}

function flow({ config }: Deps, thing: Of<'flow'>): Resolved {
  const found = config.flows.find(({ name }) => name === thing.flow);
  if (!found) throw new SluiceError('not_found', `No flow is called ${thing.flow}, or you may not read it.`);
  const { name } = found;
  return { name, cluster: found.cluster, flow: name, scope: 'flow', href: consolePage.flow(name) };
}

/** One that is declared may be named also while it is not there: that may be the trouble. */
async function group(deps: Deps, principal: Principal, thing: Of<'group'>): Promise<Resolved> {
  const declared = deps.config.flows.find(
    (each) => each.cluster === thing.cluster && each.groups.some(({ id }) => id === thing.group),
  );
  const owner =
    declared?.name ??
    (await requireGroup(deps, principal, { cluster: thing.cluster, group: thing.group })).flow;
  return {
    ...{ name: thing.group, cluster: thing.cluster, flow: owner, scope: 'flow' },
    href: consolePage.group(thing.cluster, thing.group),
  };
}

async function topic(deps: Deps, principal: Principal, thing: Of<'topic' | 'failure'>): Promise<Resolved> {
  const found = await requireTopic(deps, principal, thing);
  const place = { cluster: thing.cluster, flow: found.flow, scope: 'flow' as const };
  if (thing.kind === 'topic')
    return { ...place, name: thing.topic, href: consolePage.topic(thing.cluster, thing.topic) };
  const { failureStates, deadLetterGroups } = deps.database.stores;
  if (!(await failureStates.isKnown({ ...found, fingerprint: thing.fingerprint })))
    throw new SluiceError('not_found', `${thing.topic} has no failure group "${thing.fingerprint}".`);
  const page = { limit: titledMost, after: null };
  const rows = await deadLetterGroups.failureGroups(found, page, deps.clock());
  const row = rows.find(({ fingerprint }) => fingerprint === thing.fingerprint);
  const title = row && failureGroupView(row, null, [], masksOf(deps.config, found), undefined).title;
  return {
    ...place,
    name: `${title ?? thing.fingerprint} in ${thing.topic}`,
    href: consolePage.failure(thing.cluster, thing.topic, thing.fingerprint),
  };
}

async function replay(deps: Deps, thing: Of<'replay'>): Promise<Resolved> {
  const found = await readReplay(deps, thing.replay);
  return {
    ...{ name: found.id, cluster: found.cluster, flow: found.flow, scope: 'flow' },
    href: consolePage.replay(found.id),
  };
}

async function alert(deps: Deps, principal: Principal, thing: Of<'alert'>): Promise<Resolved> {
  const told = await deps.database.stores.alerts.told();
  const found = told.find(({ key }) => key === thing.key);
  if (!found || !can(principal, 'read', alertScope(found)))
    throw new SluiceError(
      'not_found',
      `No alert "${thing.key}" fires or recovered within a day, or you may not read it.`,
    );
  const { title, cluster: where, flow: of, scope, href } = found;
  return { name: title, cluster: where, flow: of, scope, href };
}

function resolve(deps: Deps, principal: Principal, thing: IncidentThing): Promise<Resolved> | Resolved {
  switch (thing.kind) {
    case 'cluster':
      return cluster(deps, principal, thing);
    case 'flow':
      return flow(deps, thing);
    case 'group':
      return group(deps, principal, thing);
    case 'topic':
    case 'failure':
      return topic(deps, principal, thing);
    case 'replay':
      return replay(deps, thing);
    case 'alert':
      return alert(deps, principal, thing);
  }
}

/** Things of which an incident may be made or widened, each once. @throws SluiceError `not_found`, `forbidden` */
export async function resolveThings(
  deps: Deps,
  principal: Principal,
  things: readonly IncidentThing[],
): Promise<IncidentAbout[]> {
  const distinct = [...new Map(things.map((thing) => [JSON.stringify(thing), thing])).values()];
  const about: IncidentAbout[] = [];
  for (const thing of distinct) about.push(await resolveThing(deps, principal, thing));
  authorizeAll(principal, 'incident.write', about);
  return about;
}

/** A thing as it is now: what it is called, and which flow it belongs to. @throws SluiceError `not_found`, also for what the principal may not read */
async function resolveThing(deps: Deps, principal: Principal, thing: IncidentThing): Promise<IncidentAbout> {
  const found = { thing, ...(await resolve(deps, principal, thing)) };
  if (!can(principal, 'read', scopeOf(found)))
    throw new SluiceError('not_found', `${found.name} is not there, or you may not read it.`);
  return found;
}
