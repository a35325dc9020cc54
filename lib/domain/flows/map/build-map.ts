import type { Effect, Flow } from '../flow.ts';
import { type FlowMap, type MapEdge, type MapNode, type MapNodeKind, mapNodeKinds } from './flow-map.ts';
import { marksOf } from './marks-of.ts';

const rank = (kind: MapNodeKind) => mapNodeKinds.indexOf(kind);
const topicId = (cluster: string, topic: string) => `topic ${cluster} ${topic}`;

/** Collects nodes and edges; what several flows name is there once. */
class Drawing {
  readonly nodes = new Map<string, MapNode>();
  readonly edges = new Map<string, MapEdge>();

  node(flow: Flow, part: Omit<MapNode, 'flows' | 'cluster'>): string {
    const known = this.nodes.get(part.id);
    if (!known) this.nodes.set(part.id, { ...part, cluster: flow.cluster, flows: [flow.name] });
    else {
      if (rank(part.kind) > rank(known.kind)) known.kind = part.kind;
      if (!known.flows.includes(flow.name)) known.flows.push(flow.name);
    }
    return part.id;
  }

  topic(flow: Flow, kind: MapNodeKind, name: string): string {
    return this.node(flow, { id: topicId(flow.cluster, name), kind, name, effect: null });
  }

  edge(flow: Flow, kind: MapEdge['kind'], from: string, to: string): void {
    if (from === to) return;
    const id = `${kind} ${from} > ${to}`;
    const known = this.edges.get(id);
    if (!known) this.edges.set(id, { id, kind, from, to, flows: [flow.name] });
    else if (!known.flows.includes(flow.name)) known.flows.push(flow.name);
  }
}

/**
 * Topics of the same cluster that a delivery says it goes into, by their exact names: `exactly-once into inventory.reservations.v1, for …`. Only what some flow
 * declares as its topic counts.
 */
function writtenTopics(flow: Flow, flows: readonly Flow[]): string[] {
  const named = [...(flow.boundary.delivery ?? '').matchAll(/\binto ([\w.-]*\w)/g)].map((match) => match[1]);
  const declared = flows.filter(({ cluster }) => cluster === flow.cluster).map(({ topic }) => topic);
  return [...new Set(declared)].filter((topic) => topic !== flow.topic && named.includes(topic));
}

function drawEffect(drawing: Drawing, flow: Flow, effect: Effect, sources: readonly string[]): void {
  const { what, external, idempotencyKey, probe } = effect;
  const node = drawing.node(flow, {
    id: `effect ${flow.cluster} ${flow.name} ${what}`,
    kind: 'effect',
    name: what,
    effect: { external, idempotencyKey },
  });
  for (const source of sources) drawing.edge(flow, 'effect', source, node);
  if (probe === null) return;
  const provider = drawing.node(flow, {
    id: `provider ${flow.cluster} ${probe.name}`,
    kind: 'provider',
    name: probe.name,
    effect: null,
  });
  drawing.edge(flow, 'asks', node, provider);
}

function drawFlow(drawing: Drawing, flow: Flow, flows: readonly Flow[]): string[] {
  const topic = drawing.topic(flow, 'topic', flow.topic);
  const groups = flow.groups.map(({ id }) => {
    const node = drawing.node(flow, {
      id: `group ${flow.cluster} ${id}`,
      kind: 'group',
      name: id,
      effect: null,
    });
    drawing.edge(flow, 'consumes', topic, node);
    return node;
  });
  const sources = groups.length === 0 ? [topic] : groups;
  const from = (kind: MapEdge['kind'], to: string) => {
    for (const source of sources) drawing.edge(flow, kind, source, to);
  };
  for (const effect of flow.boundary.effects) drawEffect(drawing, flow, effect, sources);
  for (const written of writtenTopics(flow, flows)) from('writes', drawing.topic(flow, 'topic', written));
  for (const retry of flow.retryTopics) from('retries', drawing.topic(flow, 'retry', retry));
  const dead = flow.deadLetters === null ? null : drawing.topic(flow, 'dead_letters', flow.deadLetters);
  if (dead !== null) from('dead_letters', dead);
  if (flow.quarantine !== null) {
    const quarantine = drawing.topic(flow, 'quarantine', flow.quarantine);
    if (dead === null) from('quarantines', quarantine);
    else drawing.edge(flow, 'quarantines', dead, quarantine);
  }
  return sources;
}

/** The declared flows as one graph, in the order of the file. Pure and total. */
export function buildFlowMap(flows: readonly Flow[]): FlowMap {
  const drawing = new Drawing();
  const boundaries = flows.map((flow) => ({
    flow: flow.name as string,
    at: drawFlow(drawing, flow, flows),
    marks: marksOf(flow),
    replay: flow.boundary.replay,
  }));
  return { nodes: [...drawing.nodes.values()], edges: [...drawing.edges.values()], boundaries };
}
