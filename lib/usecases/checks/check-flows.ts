import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import { type FlowFacts, type Known, known, notKnown, type SampleFacts } from '#lib/domain/checks/facts.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';
import { declaredReaders, readAutoCreate, retentionOf } from './read-facts.ts';
import { readSubject } from './read-subject.ts';
import { readTopics } from './read-topics.ts';
import { sampleDeadLetters } from './sample-dead-letters.ts';
import { usualLag } from './usual-lag.ts';

export type CheckDeps = {
  cluster: ClusterConnection;
  config: Pick<Config, 'flows' | 'file'>;
  database: Database;
  registry: SchemaRegistry | null;
  payloads: Pick<PayloadReader, 'check'>;
  clock: () => Date;
};

type Slow = { sample: Known<SampleFacts>; usualLag: FlowFacts['usualLag'] };
/** By flow, what costs too much to be read anew at every look, and when it was read of which declaration. */
export type SlowFacts = Map<string, Slow & { hash: string; takenAtMs: number }>;

const slowForMs = 600_000;
/** Nothing was there to be read: soon there may be. */
const unknownForMs = 60_000;

async function slowFacts(deps: CheckDeps, flow: Flow, kept: SlowFacts): Promise<Slow> {
  const now = deps.clock();
  const hash = flowHash(flow);
  const before = kept.get(flow.name);
  const ageMs = now.getTime() - (before?.takenAtMs ?? Number.NEGATIVE_INFINITY);
  if (before?.hash === hash && ageMs < (before.sample.known ? slowForMs : unknownForMs)) return before;
  const [sample, lag] = await Promise.all([
    sampleDeadLetters(deps, flow),
    usualLag(deps.database, flow, now),
  ]);
  kept.set(flow.name, { sample, usualLag: lag, hash, takenAtMs: now.getTime() });
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

/** Everything that the rules ask of the flows of one cluster, from Kafka, the registry and Postgres; what can't be read says why. */
async function* factsOfFlows(deps: CheckDeps, kept: SlowFacts): AsyncGenerator<FlowFacts> {
  const { cluster, database } = deps;
  const flows = deps.config.flows.filter((flow) => flow.cluster === cluster.name);
  if (flows.length === 0) return;
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
      declaredReaders: declaredReaders(flow, flows),
      ...(await slowFacts(deps, flow, kept)),
      subject: await readSubject(deps.registry, flow),
      expiryLeadMs: leadMsOf(flow.objectives.expiryLeadMs, retentionOf(topics, flow.deadLetters)),
    };
  }
}

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
export async function checkFlows(deps: CheckDeps, kept: SlowFacts): Promise<void> {
  const { stores } = deps.database;
  const before = new Map(
    (await stores.flowChecks.list())
      .filter(({ cluster }) => cluster === deps.cluster.name)
      .map((row) => [row.flow, row.findings]),
  );
  const rows: Omit<FlowCheckRow, 'cluster'>[] = [];
  for await (const facts of factsOfFlows(deps, kept)) {
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
