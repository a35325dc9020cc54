import type { ReactNode } from 'react';
import type { MapNodeView } from '#lib/contract/flow-map.ts';
import type { BoundaryMark } from '#lib/domain/flows/map/flow-map.ts';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

/** One drawing for each thing that changes at a boundary, 14 by 14: told apart without colour. */
const marks: Readonly<Record<BoundaryMark, ReactNode>> = {
  provider: <path d="M5 1.5v11M8.5 1.5v11M0.8 7h3M9.8 7h3.4M11.2 5l2 2-2 2" {...line} />,
  event_time: <path d="M7 1.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 7 1.3zM7 3.8V7l2.3 1.6" {...line} />,
  internal: <path d="M11.8 4.2A5.6 5.6 0 1 0 12.6 8M12.4 1.2v3.2H9.2" {...line} />,
  idempotent_sink: <path d="M1.5 1.5h11v11h-11zM4.3 5.6h5.4M4.3 8.6h5.4" {...line} />,
  undeclared: <path d="M7 1.3a5.7 5.7 0 1 1 0 11.4A5.7 5.7 0 0 1 7 1.3z" {...line} strokeDasharray="2 2.4" />,
};

/** One for each part of a flow. */
const kinds: Readonly<Record<MapNodeView['kind'], ReactNode>> = {
  topic: <path d="M1.5 3h11M1.5 7h11M1.5 11h11M5 3v8M9 3v8" {...line} strokeWidth={1.2} />,
  retry: <path d="M4.5 2 2 4.5 4.5 7M2 4.5h6.5a3.6 3.6 0 0 1 0 7.2H4" {...line} />,
  dead_letters: <path d="M1.5 3h11v8h-11zM1.5 3.4 7 7.6l5.5-4.2" {...line} />,
  quarantine: <path d="M1.5 1.5h11v11h-11zM4.6 1.5v11M7 1.5v11M9.4 1.5v11" {...line} strokeWidth={1.2} />,
  group: <path d="M4.2 1.5h5.6l2.8 5.5-2.8 5.5H4.2L1.4 7z" {...line} />,
  effect: <path d="M7.8 1 3 8h3.6l-.6 5 5-7.2H7.3z" {...line} />,
  provider: <path d="M2 12.5V5l5-3.5L12 5v7.5zM5.5 12.5v-4h3v4" {...line} />,
};

type Placed = { x: number; y: number };
const at = ({ x, y }: Placed, drawing: ReactNode, className: string) => (
  <g transform={`translate(${x} ${y})`} className={className}>
    {drawing}
  </g>
);

/** Within a picture. */
export const MarkGlyph = ({
  mark,
  className = 'text-ink',
  ...place
}: Placed & { mark: BoundaryMark; className?: string }) => at(place, marks[mark], className);
export const KindGlyph = ({ kind, ...place }: Placed & { kind: MapNodeView['kind'] }) =>
  at(place, kinds[kind], 'text-muted');

/** The same within text. */
export const MarkIcon = ({ mark }: { mark: BoundaryMark }) => (
  <svg viewBox="0 0 14 14" aria-hidden="true" className="size-3.5 shrink-0 text-ink">
    {marks[mark]}
  </svg>
);
