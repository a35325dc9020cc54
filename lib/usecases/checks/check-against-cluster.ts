import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { checkFlow, type FlowFinding } from '#lib/domain/checks/check-flow.ts';
import { type FlowFacts, notKnown } from '#lib/domain/checks/facts.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import { findReaders } from '../preserve/find-readers.ts';
import { declaredReaders, readAutoCreate, retentionOf } from './read-facts.ts';
import { readSubject } from './read-subject.ts';
import { asKnown, readTopics } from './read-topics.ts';

const nothingAsked = 'Nothing was asked.';
const unasked = notKnown(nothingAsked);

async function readersOf(cluster: ClusterConnection, flow: Flow): Promise<FlowFacts['groups']> {
  return asKnown(
    (async () => {
      const [listed, { reading }] = await Promise.all([
        cluster.groups.listGroups(),
        findReaders(cluster.groups, flow.topic),
      ]);
      return new Map(listed.map(({ groupId }) => [groupId, { reads: reading.includes(groupId) }]));
    })(),
  );
}

/**
 * Holds declarations against one running cluster, asking Kafka and the registry alone: what is only in Sluice's database (samples of dead letters, lag
 * over days) is left to the worker.
 */
export async function checkAgainstCluster(
  cluster: ClusterConnection,
  flows: readonly Flow[],
  registry: SchemaRegistry | null,
  nowMs: number,
): Promise<{ flow: string; findings: FlowFinding[] }[]> {
  const [topics, autoCreate] = await Promise.all([
    readTopics(cluster.admin, flows),
    readAutoCreate(cluster.admin),
  ]);
  return Promise.all(
    flows.map(async (flow) => {
      const facts: FlowFacts = {
        ...{ flow, topics, autoCreate },
        groups: await readersOf(cluster, flow),
        declaredReaders: declaredReaders(flow, flows),
        ...{ sample: unasked, usualLag: unasked },
        subject: await readSubject(registry, flow),
        expiryLeadMs: leadMsOf(flow.objectives.expiryLeadMs, retentionOf(topics, flow.deadLetters)),
      };
      const findings = checkFlow(facts, flow.accepted ?? [], nowMs);
      return { flow: flow.name, findings: findings.filter(({ what }) => what !== nothingAsked) };
    }),
  );
}
