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
