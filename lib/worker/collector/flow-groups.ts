import { type Masks, noMasks, parseMasks } from '#lib/domain/dead-letters/masks.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';

export type GroupFlow = { name: string; stalledAfterMs: number };
export const defaultStalledAfterMs = 30_000;

/** The flow that declares a group of this cluster, if any; the first one in the file when several do. */
export function flowOfGroup(flows: readonly Flow[], cluster: string): (groupId: string) => GroupFlow | null {
  const byGroup = new Map<string, GroupFlow>();
  for (const flow of flows) {
    if (flow.cluster !== cluster) continue;
    for (const { id } of flow.groups)
      if (!byGroup.has(id))
        byGroup.set(id, { name: flow.name, stalledAfterMs: flow.objectives.stalledAfterMs });
  }
  return (groupId) => byGroup.get(groupId) ?? null;
}

/** What flows hide of the records of a topic; all of it, when several flows use the topic. */
export function masksOfTopic(flows: readonly Flow[], cluster: string): (topic: string) => Masks {
  const byTopic = new Map<string, string[]>();
  for (const flow of flows) {
    if (flow.cluster !== cluster || flow.mask.length === 0) continue;
    for (const topic of [flow.topic, ...flow.retryTopics, flow.deadLetters, flow.quarantine])
      if (topic !== null) byTopic.set(topic, [...(byTopic.get(topic) ?? []), ...flow.mask]);
  }
  const parsed = new Map([...byTopic].map(([topic, masks]) => [topic, parseMasks(masks)]));
  return (topic) => parsed.get(topic) ?? noMasks;
}
