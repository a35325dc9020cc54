import type { FlowMapView, MapBoundaryView, MapEdgeView, MapNodeView } from '#lib/contract/flow-map.ts';
import { formatRate } from '../../ui/format.ts';
import { cutMiddle } from './cut-middle.ts';
import { markWords } from './mark-words.ts';
import { pressureLine, pressureSign } from './pressure-words.ts';

/** The answer by what is asked of it while drawing. */
export type MapModel = {
  map: FlowMapView;
  node: ReadonlyMap<string, MapNodeView>;
  edge: ReadonlyMap<string, MapEdgeView>;
  boundaries: (nodeId: string) => readonly MapBoundaryView[];
  /** Edges from and to a node, in their order. */
  out: (nodeId: string) => readonly MapEdgeView[];
  into: (nodeId: string) => readonly MapEdgeView[];
};

export function mapModel(map: FlowMapView): MapModel {
  const boundaries = new Map<string, MapBoundaryView[]>();
  for (const boundary of map.boundaries)
    for (const id of boundary.at) boundaries.set(id, [...(boundaries.get(id) ?? []), boundary]);
  const out = Map.groupBy(map.edges, ({ from }) => from);
  const into = Map.groupBy(map.edges, ({ to }) => to);
  return {
    map,
    node: new Map(map.nodes.map((node) => [node.id, node])),
    edge: new Map(map.edges.map((edge) => [edge.id, edge])),
    boundaries: (id) => boundaries.get(id) ?? [],
    out: (id) => out.get(id) ?? [],
    into: (id) => into.get(id) ?? [],
  };
}

const number = (edge: MapEdgeView, asOf: string): string => {
  const { pressure } = edge;
  if (pressure.measure === 'none' || (pressure.measure === 'lag' && pressure.lagRecords === null)) return '?';
  const line = pressureLine(edge, asOf);
  return line === 'no lag' ? '0' : line;
};

/** What a group that is drawn alone says of all the rest of its flow. */
export function foldedLine({ map, node, out }: MapModel, groupId: string): string {
  const edges = out(groupId);
  const of = (kind: MapEdgeView['kind']) => edges.filter((edge) => edge.kind === kind);
  const said = [
    ...of('retries').map((edge) => `retry ${number(edge, map.asOf)}`),
    ...of('dead_letters').map(
      (edge) => `dead ${number(edge, map.asOf)}${pressureSign(edge).word === 'arriving' ? ' ▲' : ''}`,
    ),
    ...of('effect').flatMap(({ to }) => (node.get(to)?.effect?.external ? ['outside'] : [])),
    ...of('writes').map(({ to }) => `→ ${cutMiddle(node.get(to)?.name ?? to, 16)}`),
  ];
  return [...new Set(said)].join(' · ') || 'nothing behind it';
}

/** The second line of a node: what it is, and what is known of it beyond its edges. */
export function nodeLine(model: MapModel, node: MapNodeView): string {
  switch (node.kind) {
    case 'topic': {
      const rates = model
        .out(node.id)
        .flatMap(({ pressure }) => (pressure.measure === 'lag' ? [pressure.produceRate] : []));
      const known = rates.find((rate) => rate !== null) ?? null;
      return known === null ? 'topic' : `topic · ${formatRate(known)}/s in`;
    }
    case 'retry':
      return 'retry topic';
    case 'dead_letters':
      return 'dead-letter topic';
    case 'quarantine':
      return 'quarantine';
    case 'provider':
      return 'says whether it was done';
    case 'effect': {
      const key = node.effect?.idempotencyKey;
      return `${node.effect?.external ? 'outside' : 'effect'} · ${key ? `key ${key}` : 'no idempotency key'}`;
    }
    case 'group':
      return model
        .boundaries(node.id)
        .map(({ replay }) => `replay ${replay}`)
        .filter((each, at, all) => all.indexOf(each) === at)
        .join(', ');
  }
}

/** Everything about a node in one sentence, for its title and its accessible name. */
export function nodeSentence(model: MapModel, node: MapNodeView): string {
  const boundaries = model
    .boundaries(node.id)
    .map(
      ({ flow, marks, replay }) =>
        `${flow}: ${marks.map((mark) => markWords[mark].word).join(', ')}, replay ${replay}`,
    );
  const what = node.kind === 'group' ? 'consumer group' : nodeLine(model, node);
  return [`${node.name}, ${what}`, ...boundaries].join('. ');
}
