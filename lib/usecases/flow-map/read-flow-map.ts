import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { FlowMapView } from '#lib/contract/flow-map.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { buildFlowMap } from '#lib/domain/flows/map/build-map.ts';
import { drawnParts, type MapParts, partsOf } from '#lib/domain/flows/map/drawn-parts.ts';
import type { FlowMap } from '#lib/domain/flows/map/flow-map.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import { layOut, type Picture } from './lay-out.ts';
import { type ClusterReadings, pressureOf } from './pressure-of.ts';
import { readDeadEnds } from './read-dead-ends.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'>; clock: () => Date };
export type MapFilter = {
  flow?: string | undefined;
  q?: string | undefined;
  parts?: MapParts | undefined;
};

const drawnMost = 32;
type Drawn = { map: FlowMap; picture: Picture };
/** A declaration holds until its process ends: it is laid out once for each choice of flows that is looked at. */
const drawings = new WeakMap<Config['flows'], Map<string, Drawn>>();

function drawingOf(all: Config['flows'], flows: readonly Flow[], parts: MapParts): Drawn {
  const known = drawings.get(all) ?? new Map<string, Drawn>();
  drawings.set(all, known);
  const key = JSON.stringify([parts, flows.map(({ name }) => name)]);
  const map = buildFlowMap(flows);
  const drawn = known.get(key) ?? { map, picture: layOut(drawnParts(map, parts)) };
  // The longest unused goes first.
  known.delete(key);
  known.set(key, drawn);
  const [oldest] = known.keys();
  if (known.size > drawnMost && oldest !== undefined) known.delete(oldest);
  return drawn;
}

function fits(flow: Flow, { flow: name, q }: MapFilter): boolean {
  if (name !== undefined && flow.name !== name) return false;
  const text = q?.trim().toLowerCase() ?? '';
  const said = [flow.name, flow.topic, flow.owner.team ?? '', ...flow.groups.map(({ id }) => id)];
  return said.some((each) => each.toLowerCase().includes(text));
}

async function readCluster(
  { database }: Pick<Deps, 'database'>,
  cluster: string,
  flows: readonly Flow[],
  now: Date,
): Promise<ClusterReadings> {
  const ids = [...new Set(flows.flatMap(({ groups }) => groups.map(({ id }) => id as string)))];
  const [groups, deadEnds] = await Promise.all([
    database.stores.lag.groupsNamed(cluster, ids),
    readDeadEnds(database, cluster, flows, now),
  ]);
  return { ...deadEnds, groups: new Map(groups.map((group) => [group.groupId, group])) };
}

/**
 * The declared flows as one picture with what was last measured on every edge. Kafka is not asked: everything is of the collector's and the indexer's tables, each with
 * its age. Flows that the principal may not read are not in it, nor anything that only they name.
 * @throws SluiceError `not_found` for a flow that is not declared or may not be read
 */
export async function readFlowMap(deps: Deps, principal: Principal, filter: MapFilter): Promise<FlowMapView> {
  const now = deps.clock();
  const readable = deps.config.flows.filter((flow) =>
    can(principal, 'read', { cluster: flow.cluster, flow: flow.name }),
  );
  if (filter.flow !== undefined && !readable.some(({ name }) => name === filter.flow))
    throw new SluiceError('not_found', `No flow is called ${filter.flow}, or you may not read it.`);
  const flows = readable.filter((flow) => fits(flow, filter));
  const parts = partsOf(flows.length, filter.parts);
  const { map, picture } = drawingOf(deps.config.flows, flows, parts);
  const readings = new Map(
    await Promise.all(
      [...Map.groupBy(flows, ({ cluster }) => cluster)].map(
        async ([cluster, own]) => [cluster as string, await readCluster(deps, cluster, own, now)] as const,
      ),
    ),
  );
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));
  return {
    flows: readable.length,
    shown: flows.length,
    nodes: map.nodes,
    edges: map.edges.flatMap((edge) => {
      const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
      const seen = from && readings.get(from.cluster);
      return from && to && seen ? [{ ...edge, pressure: pressureOf(edge, from, to, seen) }] : [];
    }),
    boundaries: map.boundaries.map((boundary, index) => ({
      ...boundary,
      cluster: flows[index]?.cluster ?? '',
      team: flows[index]?.owner.team ?? null,
    })),
    picture: {
      ...{ parts, ...picture },
      // Which nodes it joins is said by the edge of the map that it is of.
      edges: picture.edges.map(({ from: _from, to: _to, ...placed }) => placed),
    },
    asOf: now.toISOString(),
  };
}
