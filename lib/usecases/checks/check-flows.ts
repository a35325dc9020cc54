import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';
import {
  type CheckDeps,
  declaredIn,
  factsOfFlows,
  readSampledFacts,
  type SampledFacts,
} from './facts-of-flows.ts';

/** By flow, what costs too much to be read anew at every look, and when it was read of which declaration. */
export type KeptFacts = Map<string, SampledFacts & { hash: string; takenAtMs: number }>;

const sampledForMs = 600_000;
/** Nothing was there to be read: soon there may be. */
const unknownForMs = 60_000;

const keeping =
  (kept: KeptFacts) =>
  async (deps: CheckDeps, flow: Flow): Promise<SampledFacts> => {
    const takenAtMs = deps.clock().getTime();
    const hash = flowHash(flow);
    const before = kept.get(flow.name);
    const ageMs = takenAtMs - (before?.takenAtMs ?? Number.NEGATIVE_INFINITY);
    if (before?.hash === hash && ageMs < (before.sample.known ? sampledForMs : unknownForMs)) return before;
    const read = await readSampledFacts(deps, flow);
    kept.set(flow.name, { ...read, hash, takenAtMs });
    return read;
  };

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
  for await (const facts of factsOfFlows(deps, declaredIn(deps), keeping(kept))) {
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
