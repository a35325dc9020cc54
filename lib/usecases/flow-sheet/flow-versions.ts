import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { FlowDiff, FlowVersionView } from '#lib/contract/flow-versions.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { declarationDiff } from '#lib/domain/flows/sheet/declaration-diff.ts';
import type { CanonicalValue } from '#lib/domain/kernel/canonical-json.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowVersion, VersionRef } from '#lib/store/flow-versions.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'> };

/** @throws SluiceError `not_found`, also for a flow that the principal may not read */
export function requireFlow({ config }: Pick<Deps, 'config'>, principal: Principal, name: string): Flow {
  const flow = config.flows.find((declared) => declared.name === name);
  if (flow && can(principal, 'read', { cluster: flow.cluster, flow: flow.name })) return flow;
  throw new SluiceError('not_found', `No flow is called ${name}, or you may not read it.`);
}

export const versionView = (
  { version, hash, declaredAt }: FlowVersion,
  newest: Pick<FlowVersion, 'version'> | undefined,
  inForce: string,
): FlowVersionView => ({
  ...{ version, hash, declaredAt: declaredAt.toISOString() },
  // An earlier version may have said the same.
  inForce: hash === inForce && version === newest?.version,
});

const newestOf = async ({ database }: Pick<Deps, 'database'>, { cluster, name }: Flow) =>
  (await database.stores.flowVersions.list(cluster, name, { limit: 1, before: null }))[0];

/** Newest first. A flow that no process has registered yet has none. @throws SluiceError `not_found` */
export async function listFlowVersions(
  deps: Deps,
  principal: Principal,
  name: string,
  page: { limit: number; before: number | null },
): Promise<FlowVersionView[]> {
  const flow = requireFlow(deps, principal, name);
  const [rows, newest] = await Promise.all([
    deps.database.stores.flowVersions.list(flow.cluster, flow.name, page),
    newestOf(deps, flow),
  ]);
  return rows.map((row) => versionView(row, newest, flowHash(flow)));
}

/** @throws SluiceError `not_found` naming what is not there */
export async function requireVersion(
  { database }: Pick<Deps, 'database'>,
  { cluster, name }: Flow,
  ref: VersionRef,
): Promise<FlowVersion & { declaration: unknown }> {
  const found = await database.stores.flowVersions.find(cluster, name, ref);
  if (found) return found;
  const what = 'version' in ref ? `version ${ref.version}` : `the hash ${ref.hash}`;
  throw new SluiceError('not_found', `No declaration of ${name} with ${what} ever came into force here.`);
}

const refOf = (text: string): VersionRef => (text.length === 64 ? { hash: text } : { version: Number(text) });

/** What two versions say differently; without `to` against the one in force. @throws SluiceError `not_found` */
export async function diffFlowVersions(
  deps: Deps,
  principal: Principal,
  name: string,
  query: { from: string; to?: string | undefined },
): Promise<FlowDiff> {
  const flow = requireFlow(deps, principal, name);
  const inForce = flowHash(flow);
  const [from, to, newest] = await Promise.all([
    requireVersion(deps, flow, refOf(query.from)),
    requireVersion(deps, flow, query.to === undefined ? { hash: inForce } : refOf(query.to)),
    newestOf(deps, flow),
  ]);
  return {
    flow: flow.name,
    from: versionView(from, newest, inForce),
    to: versionView(to, newest, inForce),
    changes: declarationDiff(from.declaration as CanonicalValue, to.declaration as CanonicalValue),
  };
}
