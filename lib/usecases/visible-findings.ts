import type { ClusterFinding, ClusterView } from '#lib/contract/clusters.ts';
import type { FindingCode } from '#lib/domain/cluster/finding.ts';

/** Findings whose sentence names groups, said without names. */
const anonymous: Partial<Record<FindingCode, (count: number) => string>> = {
  groups_unreadable: (count) => `Offsets of groups could not be read (${count}).`,
  rebalancing_often: (count) => `Groups rebalance all the time (${count}).`,
};

/** Groups that the one who asks may not see are counted, not named. */
export function withoutOthersGroups(view: ClusterView, visible: readonly string[]): ClusterView {
  const findings = view.findings.map((finding) => hide(finding, visible));
  const named = view.findings.some((finding) => finding.severity !== 'info' && anonymous[finding.code]);
  const serious = findings.filter((finding) => finding.severity !== 'info');
  return {
    ...view,
    findings,
    detail: named && view.state === 'degraded' ? serious.map((each) => each.sentence).join(' ') : view.detail,
  };
}

function hide(finding: ClusterFinding, visible: readonly string[]): ClusterFinding {
  const say = anonymous[finding.code];
  const seen = (names: readonly string[]) => names.filter((name) => visible.includes(name));
  return {
    ...finding,
    groups: seen(finding.groups),
    ...(say ? { sentence: say(finding.count), examples: seen(finding.examples) } : {}),
  };
}
