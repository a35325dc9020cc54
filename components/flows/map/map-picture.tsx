'use client';
import { useState } from 'react';
import { MapEdgeLabel, MapEdgeLine } from './map-edge.tsx';
import type { MapModel } from './map-model.ts';
import { MapNodeBox } from './map-node.tsx';

/** Left to right, then down: as it is read, and as the tab key walks. */
const readingOrder = (a: { x: number; y: number }, b: { x: number; y: number }) => a.x - b.x || a.y - b.y;

/** All of it as one drawing, `scale` times its full size. What is pointed at or focused stands out with all that touches it. */
export function MapPicture({ model, scale }: { model: MapModel; scale: number }) {
  const [looked, setLooked] = useState<string | null>(null);
  const { picture } = model.map;
  const touched =
    looked === null
      ? null
      : new Set([
          looked,
          ...model.out(looked).map(({ to }) => to),
          ...model.into(looked).map(({ from }) => from),
        ]);
  const edges = picture.edges.flatMap((routed) => {
    const edge = model.edge.get(routed.of);
    if (!edge) return [];
    const dim = looked !== null && edge.from !== looked && edge.to !== looked;
    return [{ model, edge, routed, dim }];
  });
  const margin = 6;
  const [width, height] = [picture.width + 2 * margin, picture.height + 2 * margin];
  return (
    <svg
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
      width={width * scale}
      height={height * scale}
      aria-label="Declared flows, from left to right"
      className="block"
    >
      {edges.map((props) => (
        <MapEdgeLine key={props.routed.id} {...props} />
      ))}
      {edges.map((props) => (
        <MapEdgeLabel key={props.routed.id} {...props} />
      ))}
      {[...picture.nodes].sort(readingOrder).map((place) => {
        const node = model.node.get(place.of);
        return node ? (
          <MapNodeBox
            key={place.id}
            model={model}
            node={node}
            place={place}
            dim={touched !== null && !touched.has(node.id)}
            onLook={setLooked}
          />
        ) : null;
      })}
    </svg>
  );
}
