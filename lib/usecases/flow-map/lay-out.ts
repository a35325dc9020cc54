import { Graph, layout } from '@dagrejs/dagre';
import type { DrawnEdge, DrawnNode, DrawnParts } from '#lib/domain/flows/map/drawn-parts.ts';
import { type Component, componentsOf } from './components-of.ts';
import { packColumns } from './pack-columns.ts';

export type PlacedNode = DrawnNode & { x: number; y: number };
/** `points` run from the right side of one node to the left side of another; `backward` closes a circle, and runs against the picture. */
export type PlacedEdge = Omit<DrawnEdge, 'label'> & {
  points: [number, number][];
  label: { x: number; y: number; width: number; height: number };
  backward: boolean;
};
/** Pixels at full size; `x` and `y` are the upper left corner. */
export type Picture = { width: number; height: number; nodes: PlacedNode[]; edges: PlacedEdge[] };

type Point = { x: number; y: number };
const spacing = { nodesep: 14, edgesep: 10, ranksep: 44 };

/** One connected part by dagre: from left to right, with room for the label of every edge. The same input gives the same picture. */
function layOutComponent({ nodes, edges }: Component): Picture {
  const graph = new Graph<object, Partial<Point>, Partial<Point> & { points?: Point[] }>({
    multigraph: true,
  });
  graph.setGraph({ rankdir: 'LR', ...spacing });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height } as Partial<Point>);
  for (const { id, from, to, label } of edges)
    graph.setEdge(from, to, { ...label, labelpos: 'c' } as Partial<Point>, id);
  layout(graph);
  const placed = nodes.map((node) => {
    const { x = 0, y = 0 } = graph.node(node.id);
    return { ...node, x: Math.round(x - node.width / 2), y: Math.round(y - node.height / 2) };
  });
  const byId = new Map(placed.map((node) => [node.id, node]));
  const routed = edges.flatMap((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    return from && to ? [routeEdge(edge, from, to, graph.edge(edge.from, edge.to, edge.id))] : [];
  });
  const right = Math.max(0, ...placed.map((node) => node.x + node.width));
  const bottom = Math.max(
    0,
    ...placed.map((node) => node.y + node.height),
    ...routed.map(({ label }) => label.y + label.height),
  );
  return inFileOrder({ width: right, height: bottom, nodes: placed, edges: routed });
}

/** Upside down where that has the first flows of the file higher. */
function inFileOrder(picture: Picture): Picture {
  const { nodes, edges, height } = picture;
  const [middle, centre] = [(nodes.length - 1) / 2, height / 2];
  const agreement = nodes.reduce(
    (sum, node, at) => sum + (at - middle) * (node.y + node.height / 2 - centre),
    0,
  );
  if (agreement >= 0) return picture;
  const flipped = <T extends { y: number; height: number }>(box: T): T => ({
    ...box,
    y: height - box.y - box.height,
  });
  return {
    ...picture,
    nodes: nodes.map(flipped),
    edges: edges.map((edge) => ({
      ...edge,
      points: edge.points.map(([x, y]) => [x, height - y]),
      label: flipped(edge.label),
    })),
  };
}

function routeEdge(
  { label, ...edge }: DrawnEdge,
  from: PlacedNode,
  to: PlacedNode,
  { x = 0, y = 0, points = [] }: Partial<Point> & { points?: Point[] },
): PlacedEdge {
  const backward = from.x + from.width > to.x;
  const start: [number, number] = [from.x + from.width, from.y + from.height / 2];
  const end: [number, number] = [to.x, to.y + to.height / 2];
  const box = {
    x: Math.round(x - label.width / 2),
    y: Math.round(y - label.height / 2),
    width: label.width,
    height: label.height,
  };
  const turns = points
    .slice(1, -1)
    .map((point): [number, number] => [Math.round(point.x), Math.round(point.y)]);
  return {
    ...edge,
    // Level along its label, so that no line runs through the label of another.
    points: backward
      ? [start, ...turns, end]
      : [
          start,
          ...turns.filter(([at]) => at > start[0] && at < box.x),
          [box.x, box.y + box.height / 2],
          [box.x + box.width, box.y + box.height / 2],
          ...turns.filter(([at]) => at > box.x + box.width && at < end[0]),
          end,
        ],
    label: box,
    backward,
  };
}

const shifted = (picture: Picture, dx: number, dy: number): Pick<Picture, 'nodes' | 'edges'> => ({
  nodes: picture.nodes.map((node) => ({ ...node, x: node.x + dx, y: node.y + dy })),
  edges: picture.edges.map((edge) => ({
    ...edge,
    points: edge.points.map(([x, y]) => [x + dx, y + dy]),
    label: { ...edge.label, x: edge.label.x + dx, y: edge.label.y + dy },
  })),
});

/** Gives every part its place: what hangs together by dagre, what does not beside and below each other. Deterministic; no I/O. */
export function layOut(parts: DrawnParts): Picture {
  const pictures = componentsOf(parts).map(layOutComponent);
  const packed = packColumns(pictures);
  const moved = pictures.map((picture, index) => {
    const [x, y] = packed.places[index] ?? [0, 0];
    return shifted(picture, x, y);
  });
  return {
    width: packed.width,
    height: packed.height,
    nodes: moved.flatMap(({ nodes }) => nodes),
    edges: moved.flatMap(({ edges }) => edges),
  };
}
