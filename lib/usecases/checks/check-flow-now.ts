import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { type CheckDeps, factsOfFlows, readSampledFacts } from './facts-of-flows.ts';

/** Holds one flow against what runs, everything read anew, and keeps nothing. What can't be read is a finding that is unknown. */
export async function checkFlowNow(deps: CheckDeps, flow: Flow): Promise<FlowFinding[]> {
  const findings: FlowFinding[] = [];
  for await (const facts of factsOfFlows(deps, [flow], readSampledFacts))
    findings.push(...checkFlow(facts, flow.accepted ?? [], deps.clock().getTime()));
  return findings;
}
