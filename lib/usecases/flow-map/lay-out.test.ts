import { describe, expect, it } from 'vitest';
import { declaredFlow, demoFlows, manyFlows } from '#fixtures/declared-flows.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { buildFlowMap } from '#lib/domain/flows/map/build-map.ts';
import { drawnParts, type MapParts } from '#lib/domain/flows/map/drawn-parts.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import { layOut, type Picture } from './lay-out.ts';
import { packColumns } from './pack-columns.ts';

type Box = { x: number; y: number; width: number; height: number };
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Everything that takes room: nodes and the labels of edges. */
const boxesOf = ({ nodes, edges }: Picture) => [
  ...nodes.map((node) => ({ ...node, what: node.id })),
  ...edges.map(({ id, label }) => ({ ...label, what: `label of ${id}` })),
];
function overlaps(picture: Picture): string[] {
  const boxes = boxesOf(picture);
  return boxes.flatMap((a, at) =>
    boxes.slice(at + 1).flatMap((b) => (overlap(a, b) ? [`${a.what} / ${b.what}`] : [])),
  );
}
/** Edges that do not run from left to right all the way, from the side of one node to the side of the other. */
function notForward({ nodes, edges }: Picture): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return edges.flatMap(({ id, from, to, points, backward }) => {
    const [start, end] = [byId.get(from), byId.get(to)];
    const forward = points.every(([x], at) => at === 0 || x >= (points[at - 1]?.[0] ?? 0));
    const touches = points[0]?.[0] === (start?.x ?? 0) + (start?.width ?? 0) && points.at(-1)?.[0] === end?.x;
    return backward || !forward || !touches ? [id] : [];
  });
}
const draw = (flows: readonly Flow[], parts: MapParts) => layOut(drawnParts(buildFlowMap(flows), parts));
const demo = await demoFlows();

describe('the layout of the flow map', () => {
  const cases: [string, readonly Flow[], MapParts][] = [
    ['the demo', demo, 'all'],
    ['the demo, folded', demo, 'folded'],
    ['50 flows', manyFlows(50), 'all'],
    ['50 flows, folded', manyFlows(50), 'folded'],
  ];
  it.each(cases)(
    '%s: nothing overlaps, edges point forward, all of it is within the picture',
    (_, flows, parts) => {
      const picture = draw(flows, parts);
      expect(overlaps(picture)).toEqual([]);
      expect(notForward(picture)).toEqual([]);
      for (const box of boxesOf(picture)) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(picture.width);
        expect(box.y + box.height).toBeLessThanOrEqual(picture.height);
      }
    },
  );

  it('is the same each time', () => {
    expect(draw(demo, 'all')).toEqual(draw(demo, 'all'));
    expect(draw(manyFlows(20), 'folded')).toEqual(draw(manyFlows(20), 'folded'));
  });

  it('shows every part of every flow, or folds all but topics and groups', () => {
    const flows = manyFlows(20);
    const map = buildFlowMap(flows);
    const all = draw(flows, 'all');
    expect(all.nodes.map(({ of }) => of).sort()).toEqual(map.nodes.map(({ id }) => id).sort());
    expect(all.edges.map(({ of }) => of).sort()).toEqual(map.edges.map(({ id }) => id).sort());
    const folded = new Set(draw(flows, 'folded').nodes.map(({ of }) => of));
    expect(map.nodes.filter(({ id }) => folded.has(id)).map(({ kind }) => kind)).toEqual(
      map.nodes.map(({ kind }) => kind).filter((kind) => kind === 'topic' || kind === 'group'),
    );
  });

  it('keeps 50 flows readable: folded they fit the width of a screen at seven tenths of full size', () => {
    const { width, height } = draw(manyFlows(50), 'folded');
    expect(1400 / width).toBeGreaterThan(0.7);
    expect(width / height).toBeGreaterThan(1);
  });

  it('draws a topic again that more flows read than fit beside it', () => {
    const topic = topicName('busy');
    const flows = Array.from({ length: 17 }, (_, n) => declaredFlow(`f${n}`, { topic }));
    const picture = draw(flows, 'folded');
    const copies = picture.nodes.filter(({ of }) => of === 'topic main busy');
    expect(copies.map(({ id }) => picture.edges.filter(({ from }) => from === id).length)).toEqual([6, 6, 5]);
    expect(picture.edges.map(({ of }) => of)).toEqual(
      flows.map(({ name }) => `consumes topic main busy > group main ${name}-service`),
    );
    expect(overlaps(picture)).toEqual([]);
  });

  it('tells the edge that closes a circle', () => {
    const into = (topic: string) => ({ boundary: { delivery: `exactly-once into ${topic}` } });
    const picture = draw([declaredFlow('a', into('b.v1')), declaredFlow('b', into('a.v1'))], 'all');
    expect(picture.edges.filter(({ backward }) => backward)).toHaveLength(1);
    expect(overlaps(picture)).toEqual([]);
  });

  it('draws nothing of nothing', () => {
    expect(draw([], 'all')).toEqual({ width: 0, height: 0, nodes: [], edges: [] });
  });
});

describe('columns', () => {
  it('are filled evenly, and are as many as make a screen', () => {
    const { width, height, places } = packColumns(
      Array.from({ length: 8 }, (_, n) => ({ width: 100, height: 50 + n })),
    );
    expect(places).toHaveLength(8);
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(3);
  });
});
