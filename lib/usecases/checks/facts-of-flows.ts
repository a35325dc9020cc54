import { type FlowFacts, known, notKnown } from '#lib/domain/checks/facts.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { Database } from '#lib/store/database.ts';
import type { CheckDeps } from './check-deps.ts';
import { declaredReaders, readAutoCreate, retentionOf } from './read-facts.ts';
import { readSubject } from './read-subject.ts';
import { readTopics } from './read-topics.ts';
import type { SampledFacts } from './sampled-facts.ts';

/** The declared flows of the cluster. */
export const declaredIn = ({ config, cluster }: Pick<CheckDeps, 'config' | 'cluster'>): Flow[] =>
  config.flows.filter((flow) => flow.cluster === cluster.name);

async function groupsReading({ stores }: Pick<Database, 'stores'>, flow: Flow): Promise<FlowFacts['groups']> {
  const readers = await stores.replayEvidence.readersOf(flow.cluster, flow.topic);
  if (!readers) return notKnown('The collector has not read this cluster yet.');
  const reading = new Set(readers.groups);
  const there = await stores.replayEvidence.groups(
    flow.cluster,
    flow.groups.map(({ id }) => id),
    flow.topic,
  );
  const ids = new Set([...reading, ...there.map(({ groupId }) => groupId)]);
  return known(new Map([...ids].map((id) => [id, { reads: reading.has(id) }])));
}

/**
 * Everything that the rules ask of flows of one cluster, from Kafka, the registry and Postgres; what can't be read says why.
 * @param sampledFacts how those come that cost most
 */
export async function* factsOfFlows(
  deps: CheckDeps,
  flows: readonly Flow[],
  sampledFacts: (deps: CheckDeps, flow: Flow) => Promise<SampledFacts>,
): AsyncGenerator<FlowFacts> {
  if (flows.length === 0) return;
  const { cluster, database } = deps;
  const declared = declaredIn(deps);
  const [topics, autoCreate] = await Promise.all([
    readTopics(cluster.admin, flows),
    readAutoCreate(cluster.admin),
  ]);
  for (const flow of flows) {
    yield {
      flow,
      topics,
      autoCreate,
      groups: await groupsReading(database, flow),
      declaredReaders: declaredReaders(flow, declared),
      ...(await sampledFacts(deps, flow)),
      subject: await readSubject(deps.registry, flow),
      expiryLeadMs: leadMsOf(flow.objectives.expiryLeadMs, retentionOf(topics, flow.deadLetters)),
    };
  }
}
