import { z } from 'zod';
import { mapParts } from '#lib/domain/flows/map/drawn-parts.ts';
import { boundaryMarks, mapEdgeKinds, mapNodeKinds } from '#lib/domain/flows/map/flow-map.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { operation } from './operation.ts';
import { durationMs, instant, offsetString } from './wire.ts';

const rate = z.number().nullable().meta({ description: 'records per second' });

/** What was last measured of what moves along an edge; what was not measured says why. */
export const edgePressure = z.discriminatedUnion('measure', [
  z.object({
    measure: z.literal('lag'),
    status: z.enum(lagStatuses),
    lagRecords: offsetString.nullable(),
    lagMs: durationMs.nullable(),
    lagMsError: durationMs.nullable(),
    produceRate: rate,
    consumeRate: rate,
    asOf: instant,
  }),
  z.object({
    measure: z.literal('waiting').meta({
      description: 'in a retry topic, of whose reader the group itself is not',
    }),
    waitingRecords: z.number().int(),
    dueFirstAt: instant.nullable(),
    asOf: instant,
  }),
  z.object({
    measure: z.literal('arrivals'),
    m5: z.number().int(),
    h1: z.number().int(),
    open: z.number().int(),
    caughtUp: z
      .boolean()
      .meta({ description: 'whether the index has read all there is: if not, these are at least' }),
    asOf: instant,
  }),
  z.object({ measure: z.literal('none'), why: z.string() }),
]);
export type EdgePressure = z.infer<typeof edgePressure>;

export const mapNode = z.object({
  id: z.string(),
  kind: z.enum(mapNodeKinds),
  cluster: z.string(),
  name: z.string(),
  flows: z.array(z.string()),
  effect: z.object({ external: z.boolean(), idempotencyKey: z.string().nullable() }).nullable(),
});
export type MapNodeView = z.infer<typeof mapNode>;

export const mapEdge = z.object({
  id: z.string(),
  kind: z.enum(mapEdgeKinds),
  from: z.string(),
  to: z.string(),
  flows: z.array(z.string()),
  pressure: edgePressure,
});
export type MapEdgeView = z.infer<typeof mapEdge>;

export const mapBoundary = z.object({
  flow: z.string(),
  cluster: z.string(),
  team: z.string().nullable(),
  at: z.array(z.string()).meta({ description: 'ids of the nodes at which its guarantees change' }),
  marks: z.array(z.enum(boundaryMarks)),
  replay: z.enum(['safe', 'conditional', 'never']),
});
export type MapBoundaryView = z.infer<typeof mapBoundary>;

const pixels = z.number();
const box = { x: pixels, y: pixels, width: pixels, height: pixels };
/** Where everything stands, at full size; x and y are the upper left corner. */
export const mapPicture = z.object({
  parts: z.enum(mapParts).meta({
    description: '`folded`: only topics and groups have a place; what else a flow has is told with its group',
  }),
  width: pixels,
  height: pixels,
  nodes: z.array(z.object({ id: z.string(), of: z.string(), ...box })),
  edges: z.array(
    z.object({
      id: z.string(),
      of: z.string(),
      points: z.array(z.tuple([pixels, pixels])),
      label: z.object(box),
      backward: z.boolean(),
    }),
  ),
});
export type MapPictureView = z.infer<typeof mapPicture>;

export const flowMap = z.object({
  /** Flows that may be read, and how many of them the filter leaves. */
  flows: z.number().int(),
  shown: z.number().int(),
  nodes: z.array(mapNode),
  edges: z.array(mapEdge),
  boundaries: z.array(mapBoundary),
  picture: mapPicture,
  asOf: instant,
});
export type FlowMapView = z.infer<typeof flowMap>;

export const getFlowMap = operation({
  id: 'getFlowMap',
  method: 'GET',
  path: '/flow-map',
  summary: 'The declared flows as one picture, with what was last measured on every edge',
  permission: 'read',
  query: z.strictObject({
    flow: z.string().max(249).optional().meta({ description: 'only this flow' }),
    q: z
      .string()
      .max(249)
      .optional()
      .meta({ description: 'only flows whose name, topic, group or team has this in it' }),
    parts: z
      .enum(mapParts)
      .optional()
      .meta({ description: 'folded by itself beyond 8 flows, and always beyond 50' }),
  }),
  answer: flowMap,
});
