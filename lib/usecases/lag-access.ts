import { authorize, can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

/** The cluster is configured and the principal may read something of it. @throws SluiceError not_found, forbidden */
export function requireCluster(
  config: Pick<Config, 'clusters'>,
  principal: Principal,
  cluster: string,
): void {
  if (!config.clusters.some((each) => each.name === cluster)) {
    const names = config.clusters.map((each) => each.name).join(', ');
    throw new SluiceError('not_found', `There is no cluster "${cluster}". Configured: ${names}.`);
  }
  authorize(principal, 'read', { cluster });
}

/** The flows whose groups the principal may see; null for all groups, those of no flow too. */
export function visibleFlows(
  config: Pick<Config, 'flows'>,
  principal: Principal,
  cluster: string,
): string[] | null {
  if (can(principal, 'read', { cluster, flow: null })) return null;
  return config.flows
    .filter((flow) => flow.cluster === cluster && can(principal, 'read', { cluster, flow: flow.name }))
    .map((flow) => flow.name);
}

/** Groups of the flows that the principal may see; null for all groups. */
export function visibleGroups(
  config: Pick<Config, 'flows'>,
  principal: Principal,
  cluster: string,
): string[] | null {
  const flows = visibleFlows(config, principal, cluster);
  if (flows === null) return null;
  return config.flows
    .filter((flow) => flow.cluster === cluster && flows.includes(flow.name))
    .flatMap((flow) => flow.groups.map(({ id }) => id));
}
