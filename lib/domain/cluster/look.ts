import { brokerFindings, goneOf } from './broker-findings.ts';
import { rememberBrokers } from './brokers.ts';
import { byWeight, type Finding, type FindingCode } from './finding.ts';
import { readingFindings, transactionFindings } from './other-findings.ts';
import { isNotFullIsr, isOffline, isUnderMinIsr, partitionFindings } from './partition-findings.ts';
import type { ClusterMemory, ClusterSight } from './sight.ts';

/** The cluster as a round saw it: findings and the numbers behind them; null is unknown. */
export type ClusterLook = {
  findings: readonly Finding[];
  controller: number | null;
  brokersGone: number;
  offlinePartitions: number;
  underMinIsr: number | null;
  notFullIsr: number;
  hangingTransactions: number | null;
  rebalancesPerHour: number | null;
};

/** Is it Kafka? One round, with what is remembered of earlier ones. Answers what to remember for the next. */
export function lookAtCluster(
  sight: ClusterSight,
  before: ClusterMemory,
): { look: ClusterLook; memory: ClusterMemory } {
  const { atMs, partitions, rebalances } = sight;
  const changed = rememberController(sight, before);
  const since = (code: FindingCode) => before.since[code] ?? atMs;
  const findings = [
    ...brokerFindings(sight, changed, since),
    ...partitionFindings(sight, since),
    ...transactionFindings(sight),
    ...readingFindings(sight, since),
  ].sort(byWeight);
  const configured = partitions.some((each) => each.minInSync !== null);
  return {
    look: {
      findings,
      controller: sight.controller.known ? sight.controller.nodeId : null,
      brokersGone: goneOf(sight, before).filter((each) => each.needed).length,
      offlinePartitions: partitions.filter(isOffline).length,
      underMinIsr: configured || partitions.length === 0 ? partitions.filter(isUnderMinIsr).length : null,
      notFullIsr: partitions.filter(isNotFullIsr).length,
      hangingTransactions: sight.holding?.filter((each) => each.verdict === 'hanging').length ?? null,
      rebalancesPerHour: rebalances && [...rebalances.values()].reduce((sum, count) => sum + count, 0),
    },
    memory: {
      ...changed,
      brokers: rememberBrokers(before.brokers, sight.brokers, atMs),
      since: Object.fromEntries(findings.map((each) => [each.code, since(each.code)])),
    },
  };
}

function rememberController({ controller, atMs }: ClusterSight, before: ClusterMemory): ClusterMemory {
  if (!controller.known || controller.nodeId === null) return before;
  const { nodeId } = controller;
  const from = before.controller;
  return {
    ...before,
    controller: nodeId,
    controllerChange: from !== null && from !== nodeId ? { from, atMs } : before.controllerChange,
  };
}
