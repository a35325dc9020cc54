import type { ClusterView } from '#lib/contract/clusters.ts';
import type { Condition } from '#lib/domain/alerts/alert.ts';
import type { AlertKind } from '#lib/domain/alerts/kind.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { ListedGroup } from '#lib/store/lag-group-row.ts';
import { clusterItems, followedFinding } from '../attention/from-clusters.ts';
import { lagItems } from '../attention/from-lag.ts';
import { worstGroups } from '../list-groups.ts';
import { type AlertDeps, systemPrincipal } from './deps.ts';
import type { Found } from './found.ts';

const kindOf: Partial<Record<LagStatus, AlertKind>> = {
  stopped: 'group_stuck',
  stalled: 'group_stuck',
  rewound: 'group_stuck',
  ahead: 'group_ahead',
  expired: 'records_expired',
};
const most = 500;

/** Each thing that is wrong with a cluster; groups that likely follow are named in it. */
export const clusterConditions = (clusters: readonly ClusterView[]): Condition[] =>
  clusters.flatMap((cluster) =>
    clusterItems([cluster]).map(({ title, detail, severity, href, owner, runbook, resource }) => ({
      key: `cluster_degraded:${resource}`,
      kind: 'cluster_degraded' as const,
      severity,
      title,
      detail,
      cluster: cluster.name,
      flow: null,
      scope: 'cluster' as const,
      href,
      owner,
      runbook,
    })),
  );

/** Groups that are stuck, ahead of their log or lost records. Of a cluster that can't be read, and past the 500 worst groups, nothing can be told. */
export async function groupConditions(deps: AlertDeps, cluster: ClusterView): Promise<Found> {
  const prefixes = [...new Set(Object.values(kindOf))].map((kind) => `${kind}:${cluster.name}/`);
  if (cluster.state === 'unreachable') return { conditions: [], unknownPrefixes: prefixes };
  const page = await worstGroups(deps, systemPrincipal, cluster.name, most);
  const cause = followedFinding([cluster]);
  const last = page.groups.at(-1);
  return {
    conditions: page.groups.flatMap((group) => conditionsOf(group, deps.config.flows, cause)),
    unknownPrefixes: page.more && last && kindOf[last.status] ? prefixes : [],
  };
}

function conditionsOf(
  group: ListedGroup,
  flows: readonly Flow[],
  cause: ReturnType<typeof followedFinding>,
): Condition[] {
  const kind = kindOf[group.status];
  if (!kind) return [];
  return lagItems([group], flows, cause).map(({ title, detail, severity, href, owner, runbook }) => ({
    key: `${kind}:${group.cluster}/${group.groupId}`,
    kind,
    severity,
    title,
    detail,
    cluster: group.cluster,
    flow: group.flow,
    scope: 'flow' as const,
    href,
    owner,
    runbook,
  }));
}
