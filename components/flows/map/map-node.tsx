import type { MapNodeView, MapPictureView } from '#lib/contract/flow-map.ts';
import { Link } from '../../ui/link.tsx';
import { charactersIn, cutMiddle } from './cut-middle.ts';
import { KindGlyph, MarkGlyph } from './glyphs.tsx';
import { foldedLine, type MapModel, nodeLine, nodeSentence } from './map-model.ts';
import { markWords } from './mark-words.ts';
import { nodeHref } from './node-href.ts';

type Placed = MapPictureView['nodes'][number];

/** Of groups and topics the frame is whole; what is outside of Kafka has a double one, what is held a broken one. */
const frames: Readonly<Record<MapNodeView['kind'], { radius: number; dash?: string; double?: boolean }>> = {
  topic: { radius: 2 },
  retry: { radius: 2 },
  dead_letters: { radius: 2 },
  quarantine: { radius: 2, dash: '5 3' },
  group: { radius: 10 },
  effect: { radius: 2 },
  provider: { radius: 2, double: true },
};

function Frame({ node, width, height }: { node: MapNodeView } & Pick<Placed, 'width' | 'height'>) {
  const { radius, dash, double } = frames[node.kind];
  return (
    <>
      <rect
        width={width}
        height={height}
        rx={radius}
        strokeDasharray={dash}
        className={`fill-surface group-hover:fill-hover group-focus-visible:[stroke-width:3] ${node.kind === 'group' ? 'stroke-ink' : 'stroke-line-strong'} group-focus-visible:stroke-accent`}
      />
      {double || node.effect?.external ? (
        <rect
          x={3}
          y={3}
          width={width - 6}
          height={height - 6}
          rx={radius}
          className="fill-none stroke-line-strong"
        />
      ) : null}
    </>
  );
}

const marksOf = (model: MapModel, node: MapNodeView) => [
  ...new Set(model.boundaries(node.id).flatMap((boundary) => boundary.marks)),
];
/** Where the words beside so many drawings begin. */
const besideMarks = (marks: readonly unknown[]) => 10 + marks.length * 18;
const isFolded = (model: MapModel, node: MapNodeView) =>
  node.kind === 'group' && model.map.picture.parts === 'folded';

/** The lines of a box, as long as they fit: its name, what changes there, and what is known of it. */
function linesOf(model: MapModel, node: MapNodeView, width: number): { full: string; shown: string }[] {
  const cut = (full: string, room: number, size: 'name' | 'line', less = 0) => ({
    full,
    shown: cutMiddle(full, charactersIn(room, size) - less),
  });
  const marks = marksOf(model, node);
  if (isFolded(model, node))
    return [
      cut(node.name, width - 20 - marks.length * 18, 'name', 1),
      cut(foldedLine(model, node.id), width - 20, 'line'),
    ];
  const words = marks.map((mark) => markWords[mark][marks.length > 1 ? 'short' : 'word']).join(' · ');
  return [
    cut(node.name, width - 38, 'name'),
    ...(node.kind === 'group' ? [cut(words, width - besideMarks(marks) - 10, 'line')] : []),
    cut(nodeLine(model, node), width - 38, 'line'),
  ];
}

/** What is said of a box begins with what stands in it (WCAG 2.5.3), and has whole what was cut. */
function spoken(model: MapModel, node: MapNodeView, width: number): string {
  const lines = linesOf(model, node, width);
  const shown = lines.map((line) => line.shown).join(' ');
  const whole = lines.every((line) => line.shown === line.full);
  return whole && node.kind !== 'group' ? shown : `${shown}: ${nodeSentence(model, node)}`;
}

/** What changes at a group: one line with the drawing and the word of each. */
function Marks({ model, node, words, y }: { model: MapModel; node: MapNodeView; words: string; y: number }) {
  const marks = marksOf(model, node);
  return (
    <>
      {marks.map((mark, index) => (
        <MarkGlyph key={mark} mark={mark} x={10 + index * 18} y={y - 11} />
      ))}
      <text x={besideMarks(marks) + 2} y={y} className="fill-ink text-[11px]">
        {words}
      </text>
    </>
  );
}

/** A group with all else of its flow: name, what changes there as drawings, and the rest as one line. */
function FoldedGroup({ model, node, width }: { model: MapModel; node: MapNodeView; width: number }) {
  const marks = marksOf(model, node);
  const [name, line] = linesOf(model, node, width);
  return (
    <>
      <text x={10} y={19} className="fill-ink text-[13px] font-medium">
        {name?.shown}
      </text>{' '}
      {marks.map((mark, index) => (
        <MarkGlyph key={mark} mark={mark} x={width - 22 - index * 18} y={8} />
      ))}
      <text x={10} y={36} className="fill-muted text-[11px]">
        {line?.shown}
      </text>
    </>
  );
}

function Content({ model, node, width }: { model: MapModel; node: MapNodeView; width: number }) {
  const isGroup = node.kind === 'group';
  if (isFolded(model, node)) return <FoldedGroup model={model} node={node} width={width} />;
  const lines = linesOf(model, node, width);
  return (
    <>
      <KindGlyph kind={node.kind} x={10} y={7} />
      <text x={30} y={18} className={`fill-ink text-[12px] ${isGroup ? 'font-semibold' : 'font-medium'}`}>
        {lines[0]?.shown}
      </text>{' '}
      {isGroup ? <Marks model={model} node={node} words={lines[1]?.shown ?? ''} y={36} /> : null}{' '}
      <text x={isGroup ? 10 : 30} y={isGroup ? 52 : 35} className="fill-muted text-[11px]">
        {lines.at(-1)?.shown}
      </text>
    </>
  );
}

/** One part of a flow: a link to the thing, with all that is known of it in its title. */
export function MapNodeBox({
  model,
  node,
  place: { x, y, width, height },
  dim,
  onLook,
}: {
  model: MapModel;
  node: MapNodeView;
  place: Placed;
  dim: boolean;
  onLook: (id: string | null) => void;
}) {
  const sentence = nodeSentence(model, node);
  return (
    <Link
      href={nodeHref(node)}
      aria-label={spoken(model, node, width)}
      className="group outline-none"
      onFocus={() => onLook(node.id)}
      onBlur={() => onLook(null)}
      onMouseEnter={() => onLook(node.id)}
      onMouseLeave={() => onLook(null)}
    >
      <g transform={`translate(${x} ${y})`} opacity={dim ? 0.35 : undefined}>
        <title>{sentence}</title>
        <Frame node={node} width={width} height={height} />
        <Content model={model} node={node} width={width} />
      </g>
    </Link>
  );
}
