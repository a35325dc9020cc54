import type { ClusterAdmin } from '#lib/broker/port/admin.ts';
import { type FlowFacts, notKnown } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { asKnown } from './read-topics.ts';

/** Whether the brokers create topics by themselves; what they do not tell is unknown. */
export async function readAutoCreate(
  admin: Pick<ClusterAdmin, 'createsTopics'>,
): Promise<FlowFacts['autoCreate']> {
  const told = await asKnown(admin.createsTopics());
  if (!told.known) return told;
  return told.value === null
    ? notKnown('The brokers do not tell auto.create.topics.enable.')
    : { known: true, value: told.value };
}

/** Groups that any of these flows declares for the flow's topic. */
export const declaredReaders = (flow: Flow, flows: readonly Flow[]): ReadonlySet<string> =>
  new Set(
    flows
      .filter(({ topic, cluster }) => topic === flow.topic && cluster === flow.cluster)
      .flatMap(({ groups }) => groups.map(({ id }) => id as string)),
  );

/** How long a topic keeps its records, in milliseconds; null where it has no limit or that is not known. */
export function retentionOf(topics: FlowFacts['topics'], topic: string | null): number | null {
  const limit = topics.known && topic !== null ? topics.value.get(topic)?.keeping.retentionMs : null;
  return typeof limit === 'number' ? limit : null;
}
