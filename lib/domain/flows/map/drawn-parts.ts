import type { FlowMap, MapEdge, MapNode, MapNodeKind } from './flow-map.ts';

/** `all`: every part. `folded`: topics and the groups that read them, all else as a line within the group, so that many flows stay readable. */
export const mapParts = ['all', 'folded'] as const;
export type MapParts = (typeof mapParts)[number];

type Box = { width: number; height: number };
/** A node as it is drawn. `of` is the node of the map: a topic with many readers is drawn several times. */
export type DrawnNode = Box & { id: string; of: string };
export type DrawnEdge = { id: string; of: string; from: string; to: string; label: Box };
export type DrawnParts = { nodes: DrawnNode[]; edges: DrawnEdge[] };

/** Beyond so many flows the parts are folded unless somebody asks for all. */
const unfoldedFlowsMost = 8;
/** Beyond so many all the parts are no picture any more: the table leads. */
const drawnFlowsMost = 50;

/** How a map of so many flows is drawn, as far as somebody's wish goes. */
export const partsOf = (flows: number, wanted: MapParts | undefined): MapParts =>
  flows > drawnFlowsMost ? 'folded' : (wanted ?? (flows > unfoldedFlowsMost ? 'folded' : 'all'));

/** Beyond so many readers a topic is drawn again. */
const readersMost = 8;

/** Pixels at full size. Text is cut to fit, so that no font decides where things stand. */
const boxes: Readonly<Record<MapNodeKind, Box>> = {
  topic: { width: 208, height: 44 },
  retry: { width: 236, height: 44 },
  dead_letters: { width: 236, height: 44 },
  quarantine: { width: 236, height: 44 },
  group: { width: 236, height: 60 },
  effect: { width: 236, height: 44 },
  provider: { width: 200, height: 44 },
};
/** Where everything else is folded into the group. */
const foldedBoxes: Partial<Record<MapNodeKind, Box>> = {
  topic: { width: 216, height: 44 },
  group: { width: 264, height: 46 },
};

const labels: Readonly<Record<MapEdge['kind'], Box>> = {
  consumes: { width: 112, height: 30 },
  retries: { width: 112, height: 30 },
  dead_letters: { width: 112, height: 30 },
  quarantines: { width: 92, height: 30 },
  writes: { width: 76, height: 16 },
  effect: { width: 76, height: 16 },
  asks: { width: 76, height: 16 },
};

const stays = ({ kind }: Pick<MapNode, 'kind'>) => kind === 'topic' || kind === 'group';

const drawnEdge = ({ id, kind, from, to }: MapEdge): DrawnEdge => ({
  ...{ id, of: id, from, to },
  label: labels[kind],
});

/** A topic with more readers than fit beside it is drawn again for the next of them. */
function repeatBusyTopics({ nodes, edges }: DrawnParts, kindOf: (of: string) => MapNodeKind): DrawnParts {
  const added: DrawnNode[] = [];
  const place = new Map<DrawnEdge, string>();
  for (const node of nodes) {
    if (kindOf(node.of) === 'group') continue;
    const out = edges.filter(({ from }) => from === node.id);
    // In even parts: 17 readers are 6, 6 and 5, not 8, 8 and 1.
    const each = Math.ceil(out.length / Math.ceil(out.length / readersMost));
    out.forEach((edge, index) => {
      const copy = Math.floor(index / each) + 1;
      if (copy === 1) return;
      const id = `${node.id} #${copy}`;
      if (index % each === 0) added.push({ ...node, id });
      place.set(edge, id);
    });
  }
  return {
    nodes: [...nodes, ...added],
    edges: edges.map((edge) => ({ ...edge, from: place.get(edge) ?? edge.from })),
  };
}

/** What of a map is drawn and how large, still without places. Pure and total. */
export function drawnParts({ nodes, edges }: FlowMap, parts: MapParts): DrawnParts {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const folded = parts === 'folded';
  const drawn = nodes
    .filter((node) => !folded || stays(node))
    .map(({ id, kind }) => ({ id, of: id, ...((folded && foldedBoxes[kind]) || boxes[kind]) }));
  const there = new Set(drawn.map(({ id }) => id));
  const all: DrawnParts = {
    nodes: drawn,
    edges: edges
      .filter(({ kind, from, to }) => there.has(from) && there.has(to) && (!folded || kind === 'consumes'))
      .map(drawnEdge),
  };
  return folded ? repeatBusyTopics(all, (of) => kinds.get(of) ?? 'topic') : all;
}
