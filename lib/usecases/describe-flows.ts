import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { FlowObjective, FlowView } from '#lib/contract/flows.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow } from '#lib/store/flow-checks.ts';
import { countFindings } from './checks/list-flow-checks.ts';
import { readObjectives } from './objectives/read-objectives.ts';

type Deps = { config: Config; database: Pick<Database, 'stores'>; clock: () => Date };

const viewOf = (flow: Flow, objective: FlowObjective, checked: FlowCheckRow | null, now: Date): FlowView => ({
  name: flow.name,
  cluster: flow.cluster,
  topic: flow.topic,
  groups: flow.groups.map((group) => ({ ...group })),
  retryTopics: [...flow.retryTopics],
  deadLetters: flow.deadLetters,
  quarantine: flow.quarantine,
  owner: Object.fromEntries(
    Object.entries(flow.owner).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ),
  boundary: { ...flow.boundary },
  policy: { ...flow.policy },
  objectives: { ...flow.objectives },
  objective,
  checks: countFindings(checked, flow, now),
  hash: flowHash(flow),
  asOf: now.toISOString(),
});

const readable = (principal: Principal, flow: Flow) =>
  can(principal, 'read', { cluster: flow.cluster, flow: flow.name });

/** Declared flows in the order of the file, with how they stand to their objectives; those that the principal may not read are left out. */
export async function describeFlows(deps: Deps, principal: Principal): Promise<FlowView[]> {
  const now = deps.clock();
  const [objectives, rows] = await Promise.all([
    readObjectives(deps),
    deps.database.stores.flowChecks.list(),
  ]);
  const checked = new Map(rows.map((row) => [row.flow, row]));
  return deps.config.flows
    .filter((flow) => readable(principal, flow))
    .map((flow) => viewOf(flow, objectiveOf(objectives, flow), checked.get(flow.name) ?? null, now));
}

/** @throws SluiceError `not_found`, also for a flow that the principal may not read */
export async function describeFlow(deps: Deps, principal: Principal, name: string): Promise<FlowView> {
  const flow = deps.config.flows.find((declared) => declared.name === name && readable(principal, declared));
  if (!flow) throw new SluiceError('not_found', `No flow is called ${name}, or you may not read it.`);
  const [objectives, checked] = await Promise.all([
    readObjectives(deps),
    deps.database.stores.flowChecks.of(flow.cluster, flow.name),
  ]);
  return viewOf(flow, objectiveOf(objectives, flow), checked, deps.clock());
}

function objectiveOf(objectives: ReadonlyMap<string, FlowObjective>, flow: Flow): FlowObjective {
  const objective = objectives.get(flow.name);
  if (!objective) throw new Error(`No objective was computed for the flow ${flow.name}.`);
  return objective;
}
