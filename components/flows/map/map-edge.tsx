import type { ReactNode } from 'react';
import type { MapEdgeView, MapPictureView } from '#lib/contract/flow-map.ts';
import { SignGlyph, type Tone } from '../../ui/sign.tsx';
import { charactersIn, cutMiddle } from './cut-middle.ts';
import { arrowHead, edgePath } from './edge-path.ts';
import type { MapModel } from './map-model.ts';
import { edgeWords } from './mark-words.ts';
import { pressureLine, pressureSentence, pressureSign } from './pressure-words.ts';

type Routed = MapPictureView['edges'][number];

const strokes: Readonly<Record<Tone, string>> = {
  act: 'stroke-act',
  warn: 'stroke-warn',
  ok: 'stroke-line-strong',
  idle: 'stroke-line-strong',
  accent: 'stroke-accent',
};
const fills: Readonly<Record<Tone, string>> = {
  act: 'fill-act',
  warn: 'fill-warn',
  ok: 'fill-faint',
  idle: 'fill-faint',
  accent: 'fill-accent',
};

/** Broken where nothing is measured, thicker where somebody must act: not by colour alone. */
const strokeOf = (tone: Tone, measured: boolean) => ({
  strokeWidth: tone === 'act' ? 2.5 : 1.25,
  strokeDasharray: measured ? undefined : '2 4',
});

function Line({ edge, routed: { points } }: { edge: MapEdgeView; routed: Routed }) {
  const { tone } = pressureSign(edge);
  const [first, last] = [points[0], points.at(-1)];
  return (
    <>
      <path
        d={edgePath(points)}
        {...strokeOf(tone, edge.pressure.measure !== 'none')}
        className={`fill-none ${strokes[tone]}`}
      />
      {last ? <path d={arrowHead(last, 'right')} className={fills[tone]} /> : null}
      {edge.kind === 'retries' && first ? (
        <path d={arrowHead(first, 'left')} className={fills[tone]} />
      ) : null}
    </>
  );
}

/** Where an edge leaves the platform: two bars across it. */
const Crossing = ({ x, y }: { x: number; y: number }) => (
  <path d={`M${x} ${y - 8}v16M${x + 4} ${y - 8}v16`} strokeWidth={1.5} className="fill-none stroke-ink" />
);

function Label({ model, edge, routed: { label } }: { model: MapModel; edge: MapEdgeView; routed: Routed }) {
  const sign = pressureSign(edge);
  const line = pressureLine(edge, model.map.asOf);
  const most = charactersIn(label.width, 'line');
  return (
    <g transform={`translate(${label.x} ${label.y})`}>
      <rect width={label.width} height={label.height} className="fill-ground" />
      <g transform="translate(2 2)">
        <SignGlyph shape={sign.shape} tone={sign.tone} />
      </g>
      <text
        x={18}
        y={12}
        className={`text-[11px] ${sign.tone === 'act' ? 'fill-act font-semibold' : sign.tone === 'idle' ? 'fill-muted' : 'fill-ink'}`}
      >
        {cutMiddle(sign.word, most - 3)}
      </text>
      {label.height > 20 ? (
        <text x={18} y={26} className="fill-muted text-[11px] tabular-nums">
          {cutMiddle(line, most - 2)}
        </text>
      ) : null}
    </g>
  );
}

type Props = { model: MapModel; edge: MapEdgeView; routed: Routed; dim: boolean };

function Titled({ model, edge, dim, children }: Omit<Props, 'routed'> & { children: ReactNode }) {
  const [from, to] = [model.node.get(edge.from), model.node.get(edge.to)];
  return (
    <g opacity={dim ? 0.25 : undefined}>
      <title>{`${from?.name} ${edgeWords[edge.kind]} ${to?.name}. ${pressureSentence(edge, model.map.asOf)}`}</title>
      {children}
    </g>
  );
}

/** What moves from one part to another. All lines are drawn before all labels. */
export const MapEdgeLine = (props: Props) => (
  <Titled {...props}>
    <Line edge={props.edge} routed={props.routed} />
  </Titled>
);

/** What was last measured of it, on the line. */
export function MapEdgeLabel(props: Props) {
  const { model, edge, routed } = props;
  const { label } = routed;
  return (
    <Titled {...props}>
      <Label model={model} edge={edge} routed={routed} />
      {model.node.get(edge.to)?.effect?.external ? (
        <Crossing x={label.x + label.width + 4} y={label.y + label.height / 2} />
      ) : null}
    </Titled>
  );
}
