import type { DrawnParts } from '#lib/domain/flows/map/drawn-parts.ts';

export type Component = DrawnParts;

/** What hangs together, each part in the order of its first node. */
export function componentsOf({ nodes, edges }: DrawnParts): Component[] {
  const parent = new Map(nodes.map(({ id }) => [id, id]));
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(id, root);
    return root;
  };
  for (const { from, to } of edges) parent.set(rootOf(to), rootOf(from));
  const nodesOf = Map.groupBy(nodes, ({ id }) => rootOf(id));
  const edgesOf = Map.groupBy(edges, ({ from }) => rootOf(from));
  return [...nodesOf].map(([root, own]) => ({ nodes: own, edges: edgesOf.get(root) ?? [] }));
}
