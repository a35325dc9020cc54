import type { ClusterFinding, ClusterView } from '#lib/contract/clusters.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import { countText, type Found } from './severity.ts';

const namedGroups = 5;

const findingResource = (cluster: string, finding: ClusterFinding) => `cluster/${cluster}/${finding.code}`;
const serious = (cluster: ClusterView) => cluster.findings.filter((each) => each.severity !== 'info');

/** Is it Kafka? Clusters that are away, and each thing that is wrong with one that answers. */
export function clusterItems(clusters: readonly ClusterView[]): Found[] {
  return clusters.flatMap((cluster) => {
    if (cluster.state === 'ok') return [];
    const found = cluster.state === 'degraded' ? serious(cluster) : [];
    return found.length > 0 ? found.map((finding) => findingItem(cluster, finding)) : [stateItem(cluster)];
  });
}

function findingItem(cluster: ClusterView, finding: ClusterFinding): Found {
  const end = finding.sentence.indexOf('. ');
  const [title, rest] =
    end < 0
      ? [finding.sentence.replace(/\.$/, ''), '']
      : [finding.sentence.slice(0, end), finding.sentence.slice(end + 2)];
  return {
    kind: 'cluster',
    severity: finding.severity,
    title,
    detail: [rest, followText(finding)].filter((part) => part !== '').join(' '),
    resource: findingResource(cluster.name, finding),
    href: consolePage.cluster(cluster.name),
    verb: 'look',
    owner: null,
    runbook: null,
    since: finding.since,
  };
}

/** "Likely follow: payments-service, audit, … (7 groups)." */
function followText({ groups, groupCount }: ClusterFinding): string {
  if (groupCount === 0) return '';
  if (groups.length === 0) return `Likely follow: ${countText(groupCount, 'group')}.`;
  const named = groups.slice(0, namedGroups).join(', ');
  return groupCount > namedGroups || groups.length < groupCount
    ? `Likely follow: ${named}, … (${countText(groupCount, 'group')}).`
    : `Likely follow: ${named}.`;
}

const stateItem = (cluster: ClusterView): Found => ({
  kind: 'cluster',
  severity: 'act',
  title: `Cluster ${cluster.name} is ${cluster.state}`,
  detail:
    cluster.detail ??
    (cluster.asOf
      ? 'The numbers below are the last that could be read.'
      : 'Nothing has been read from it yet.'),
  resource: `cluster/${cluster.name}`,
  href: consolePage.cluster(cluster.name),
  verb: 'look',
  owner: null,
  runbook: null,
  since: cluster.asOf,
});

/** For a group, the resource of the worst finding that it likely follows from; null when it stands for itself. */
export function followedFinding(
  clusters: readonly ClusterView[],
): (cluster: string, groupId: string) => string | null {
  const findings = new Map<string, string>();
  for (const cluster of clusters.filter((each) => each.state === 'degraded'))
    for (const finding of serious(cluster))
      for (const groupId of finding.groups) {
        const key = JSON.stringify([cluster.name, groupId]);
        if (!findings.has(key)) findings.set(key, findingResource(cluster.name, finding));
      }
  return (cluster, groupId) => findings.get(JSON.stringify([cluster, groupId])) ?? null;
}
