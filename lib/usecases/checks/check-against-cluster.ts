import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import { type FlowFacts, type Known, known, notKnown } from '#lib/domain/checks/facts.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import { findReaders } from '../preserve/find-readers.ts';
import { declaredReaders, readAutoCreate, retentionOf } from './read-facts.ts';
import { readSubject } from './read-subject.ts';
import { asKnown, readTopics } from './read-topics.ts';

const nothingAsked = 'Nothing was asked.';
const unasked = notKnown(nothingAsked);

/** All groups, and which of them read each topic: Kafka is asked once a topic, however many flows read it. */
async function readersOf(
  { groups }: ClusterConnection,
  topics: ReadonlySet<string>,
): Promise<Known<ReadonlyMap<string, ReadonlyMap<string, { reads: boolean }>>>> {
  return asKnown(
    (async () => {
      const listed = await groups.listGroups();
      const found = [...topics].map(async (topic) => {
        const { reading } = await findReaders(groups, topic);
        const reads = new Set(reading);
        return [
          topic,
          new Map(listed.map(({ groupId }) => [groupId, { reads: reads.has(groupId) }])),
        ] as const;
      });
      return new Map(await Promise.all(found));
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
  const [topics, autoCreate, readers] = await Promise.all([
    readTopics(cluster.admin, flows),
    readAutoCreate(cluster.admin),
    readersOf(cluster, new Set(flows.map(({ topic }) => topic))),
  ]);
  return Promise.all(
    flows.map(async (flow) => {
      const facts: FlowFacts = {
        ...{ flow, topics, autoCreate },
        groups: readers.known ? known(readers.value.get(flow.topic) ?? new Map()) : readers,
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
