import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import { type ClusterView, nothingKnownOfCluster } from '#lib/contract/clusters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Database } from '#lib/store/database.ts';
import type { StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import { visibleGroups } from './lag-access.ts';
import { withoutOthersGroups } from './visible-findings.ts';

const silentAfterMs = 30_000;

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters' | 'flows'>;
  clock: () => Date;
};

/** Every configured cluster that the principal may read, as the collector last saw it; one never seen has nulls and says why. */
export async function listClusters(
  { database, config, clock }: Deps,
  principal: Principal,
): Promise<ClusterView[]> {
  const stored = new Map((await database.stores.lag.readClusters()).map((each) => [each.cluster, each]));
  return config.clusters
    .filter(({ name }) => can(principal, 'read', { cluster: name }))
    .map(({ name }) => {
      const view = clusterView(name, stored.get(name), clock());
      const visible = visibleGroups(config, principal, name);
      return visible === null ? view : withoutOthersGroups(view, visible);
    });
}

function clusterView(name: string, stored: StoredCluster | undefined, now: Date): ClusterView {
  if (!stored)
    return {
      name,
      state: 'unreachable',
      ...nothingKnownOfCluster,
      detail: 'Not read yet: no worker has finished a round. Check that a worker runs.',
      asOf: null,
    };
  const silentMs = now.getTime() - stored.triedAt.getTime();
  const silent = silentMs > silentAfterMs;
  return {
    // What an older version stored lacks what it did not know of.
    ...nothingKnownOfCluster,
    ...stored.data,
    name,
    // Without a collector nothing is known of the cluster now, and what is not known is not ok.
    state: silent && stored.state === 'ok' ? 'degraded' : stored.state,
    detail: silent
      ? `No worker has looked since ${stored.triedAt.toISOString()}: what is shown is from then. Check that a worker runs.`
      : stored.data.detail,
    asOf: stored.asOf?.toISOString() ?? null,
  };
}
