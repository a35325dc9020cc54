import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { CheckDeps } from './check-deps.ts';
import { factsOfFlows } from './facts-of-flows.ts';
import { type KeptFacts, keptFor } from './sampled-facts.ts';

/** Holds a flow against what runs for whoever decides about it. What can't be read is a finding that is unknown. */
export type FlowLooks = {
  /** Everything read anew: for a plan. */
  now(flow: Flow): Promise<FlowFinding[]>;
  /** The same, with a sample of dead letters and of lag that may be a minute old: for what is asked every time somebody looks at a plan. */
  lately(flow: Flow): Promise<FlowFinding[]>;
};

const latelyMs = 60_000;

export function createFlowLooks(
  deps: Omit<CheckDeps, 'cluster' | 'registry'> & {
    clusters: ReadonlyMap<string, ClusterConnection>;
    /** Of the clusters that declare one. */
    registries: ReadonlyMap<string, SchemaRegistry>;
  },
): FlowLooks {
  const kept: KeptFacts = new Map();
  const look = async (flow: Flow, sampledForMs: number): Promise<FlowFinding[]> => {
    const cluster = deps.clusters.get(flow.cluster);
    if (!cluster) throw new Error(`Cluster ${flow.cluster} is not configured.`);
    const registry = deps.registries.get(flow.cluster) ?? null;
    const findings: FlowFinding[] = [];
    for await (const facts of factsOfFlows(
      { ...deps, cluster, registry },
      [flow],
      keptFor(sampledForMs, kept),
    ))
      findings.push(...checkFlow(facts, flow.accepted ?? [], deps.clock().getTime()));
    return findings;
  };
  return { now: (flow) => look(flow, 0), lately: (flow) => look(flow, latelyMs) };
}
