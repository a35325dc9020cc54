/** What a topic, group or effect is to the flows that name it. A topic that is several things takes the last of these. */
export const mapNodeKinds = [
  'topic',
  'retry',
  'dead_letters',
  'quarantine',
  'group',
  'effect',
  'provider',
] as const;
export type MapNodeKind = (typeof mapNodeKinds)[number];

/** What moves along an edge, or is asked. `retries` goes both ways: what is put there is read by the same group again. */
export const mapEdgeKinds = [
  'consumes',
  'writes',
  'retries',
  'dead_letters',
  'quarantines',
  'effect',
  'asks',
] as const;
export type MapEdgeKind = (typeof mapEdgeKinds)[number];

/** What changes at a boundary. */
export const boundaryMarks = ['provider', 'event_time', 'internal', 'idempotent_sink', 'undeclared'] as const;
export type BoundaryMark = (typeof boundaryMarks)[number];

export type MapNode = {
  id: string;
  kind: MapNodeKind;
  cluster: string;
  /** Of a topic, group or provider its name; of an effect what it does. */
  name: string;
  /** Flows that name it, in the order of the file. */
  flows: string[];
  /** Only of an effect: whether it reaches outside, and the key that it is done under. */
  effect: { external: boolean; idempotencyKey: string | null } | null;
};

export type MapEdge = { id: string; kind: MapEdgeKind; from: string; to: string; flows: string[] };

/** Where a flow's guarantees change: at the groups that process it. */
export type MapBoundary = {
  flow: string;
  /** Ids of its groups' nodes; of the topic where no group is declared. */
  at: string[];
  marks: BoundaryMark[];
  replay: 'safe' | 'conditional' | 'never';
};

/** Declared flows as one graph; everything in it is declared, nothing is measured. */
export type FlowMap = { nodes: MapNode[]; edges: MapEdge[]; boundaries: MapBoundary[] };
