import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import { type FlowFacts, known, notKnown } from '#lib/domain/checks/facts.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { Database } from '#lib/store/database.ts';
import { declaredReaders, readAutoCreate, retentionOf } from './read-facts.ts';
import { readSubject } from './read-subject.ts';
import { readTopics } from './read-topics.ts';
import { sampleDeadLetters } from './sample-dead-letters.ts';
import { usualLag } from './usual-lag.ts';

export type CheckDeps = {
  cluster: ClusterConnection;
  config: Pick<Config, 'flows' | 'file'>;
  database: Pick<Database, 'stores'>;
  registry: SchemaRegistry | null;
  payloads: Pick<PayloadReader, 'check'>;
  clock: () => Date;
};

export type SampledFacts = Pick<FlowFacts, 'sample' | 'usualLag'>;

/** The declared flows of the cluster. */
export const declaredIn = ({ config, cluster }: Pick<CheckDeps, 'config' | 'cluster'>): Flow[] =>
  config.flows.filter((flow) => flow.cluster === cluster.name);

/** What costs too much for a look every half minute: a few dead letters as they stand in the log, and lag over days. */
export async function readSampledFacts(deps: CheckDeps, flow: Flow): Promise<SampledFacts> {
  const [sample, lag] = await Promise.all([
    sampleDeadLetters(deps, flow),
    usualLag(deps.database, flow, deps.clock()),
  ]);
  return { sample, usualLag: lag };
}

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
