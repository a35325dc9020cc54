import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

type Deps = { config: Config; clock: () => Date };

const viewOf = (flow: Flow, now: Date): FlowView => ({
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
  hash: flowHash(flow),
  asOf: now.toISOString(),
});

const readable = (principal: Principal, flow: Flow) =>
  can(principal, 'read', { cluster: flow.cluster, flow: flow.name });

/** Declared flows in the order of the file; those that the principal may not read are left out. */
export const describeFlows = ({ config, clock }: Deps, principal: Principal): FlowView[] => {
  const now = clock();
  return config.flows.filter((flow) => readable(principal, flow)).map((flow) => viewOf(flow, now));
};

/** @throws SluiceError `not_found`, also for a flow that the principal may not read */
export function describeFlow({ config, clock }: Deps, principal: Principal, name: string): FlowView {
  const flow = config.flows.find((declared) => declared.name === name && readable(principal, declared));
  if (!flow) throw new SluiceError('not_found', `No flow is called ${name}, or you may not read it.`);
  return viewOf(flow, clock());
}
