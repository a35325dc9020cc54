import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';
import type { CheckDeps } from './check-deps.ts';
import { declaredIn, factsOfFlows } from './facts-of-flows.ts';
import { type KeptFacts, keptFor } from './sampled-facts.ts';

/** It costs a process that decodes: the worker does not look for more than so long. */
const sampledForMs = 600_000;

const identity = ({ code, where, state }: FlowFinding) => JSON.stringify([code, where, state]);

function since(
  findings: readonly FlowFinding[],
  before: readonly KeptFinding[],
  nowMs: number,
): KeptFinding[] {
  const known = new Map(before.map((each) => [identity(each), each.sinceMs]));
  return findings.map((each) => ({ ...each, sinceMs: known.get(identity(each)) ?? nowMs }));
}

/** Holds every flow of a cluster against what runs, and keeps what was found with since when it is so. */
export async function checkFlows(
  deps: CheckDeps & { database: Pick<Database, 'transact'> },
  kept: KeptFacts,
): Promise<void> {
  const { stores } = deps.database;
  const before = new Map(
    (await stores.flowChecks.list())
      .filter(({ cluster }) => cluster === deps.cluster.name)
      .map((row) => [row.flow, row.findings]),
  );
  const rows: Omit<FlowCheckRow, 'cluster'>[] = [];
  for await (const facts of factsOfFlows(deps, declaredIn(deps), keptFor(sampledForMs, kept))) {
    const { flow } = facts;
    const asOf = deps.clock();
    const findings = checkFlow(facts, flow.accepted ?? [], asOf.getTime());
    rows.push({
      flow: flow.name as string,
      hash: flowHash(flow) as string,
      asOf,
      findings: since(findings, before.get(flow.name) ?? [], asOf.getTime()),
    });
  }
  await deps.database.transact(({ flowChecks }) => flowChecks.save(deps.cluster.name, rows));
}
