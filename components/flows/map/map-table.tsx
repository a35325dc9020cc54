import type { MapEdgeView } from '#lib/contract/flow-map.ts';
import { Age } from '../../ui/age.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DottedName } from '../../ui/dotted-name.tsx';
import { Duration, Quantity, Unknown } from '../../ui/quantity.tsx';
import { StatusSign } from '../../ui/status-sign.tsx';
import { MarkIcon } from './glyphs.tsx';
import type { MapModel } from './map-model.ts';
import { edgeWords, kindWords, markWords } from './mark-words.ts';
import { nodeHref } from './node-href.ts';
import { pressureRank, pressureSentence, pressureSign } from './pressure-words.ts';

/** Worst first; among equals in the order of the file. */
export function worstFirst(edges: readonly MapEdgeView[]): MapEdgeView[] {
  return edges
    .map((edge) => ({ edge, rank: pressureRank(edge) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])
    .map(({ edge }) => edge);
}

const whyOf = ({ pressure }: MapEdgeView) =>
  pressure.measure === 'none' ? pressure.why : 'it is not counted here';

function Waits({ edge }: { edge: MapEdgeView }) {
  const { pressure } = edge;
  switch (pressure.measure) {
    case 'lag':
      return <Quantity value={pressure.lagRecords} why="the lag was not read" />;
    case 'waiting':
      return <Quantity value={pressure.waitingRecords} />;
    case 'arrivals':
      return (
        <>
          {pressure.caughtUp ? '' : '≥ '}
          <Quantity value={pressure.open} source="open in the topic, by the index" />
        </>
      );
    case 'none':
      return <Unknown why={pressure.why} />;
  }
}

const columnsOf = (model: MapModel): readonly Column<MapEdgeView>[] => {
  const name = (id: string) => model.node.get(id)?.name ?? id;
  const marksOf = (edge: MapEdgeView) =>
    edge.kind === 'consumes' ? [...new Set(model.boundaries(edge.to).flatMap(({ marks }) => marks))] : [];
  return [
    {
      id: 'pressure',
      header: 'Pressure',
      cell: (edge) => (
        <span title={pressureSentence(edge, model.map.asOf)}>
          <StatusSign sign={pressureSign(edge)} />
        </span>
      ),
    },
    {
      id: 'what',
      header: 'What moves',
      primary: true,
      cell: (edge) => {
        const to = model.node.get(edge.to);
        return (
          <span>
            <DottedName name={name(edge.from)} /> <span className="text-muted">{edgeWords[edge.kind]}</span>{' '}
            <span className="font-medium">
              <DottedName name={name(edge.to)} />
            </span>{' '}
            <span className="hidden text-faint sm:inline">{to ? kindWords[to.kind] : ''}</span>
          </span>
        );
      },
    },
    {
      id: 'waits',
      header: 'Waits, records',
      align: 'right',
      help: 'Lag of the reader, or what is open in the topic',
      cell: (edge) => <Waits edge={edge} />,
    },
    {
      id: 'time',
      header: 'Time lag',
      align: 'right',
      from: 'sm',
      cell: (edge) =>
        edge.pressure.measure === 'lag' ? (
          <Duration ms={edge.pressure.lagMs} errorMs={edge.pressure.lagMsError} why="time lag was not read" />
        ) : (
          <Unknown why={whyOf(edge)} />
        ),
    },
    {
      id: 'arrivals',
      header: 'Arrived, 1 h',
      align: 'right',
      from: 'md',
      help: 'Records that came into the dead-letter or quarantine topic within the last hour',
      cell: (edge) =>
        edge.pressure.measure === 'arrivals' ? (
          <Quantity value={edge.pressure.h1} />
        ) : (
          <Unknown why={whyOf(edge)} />
        ),
    },
    {
      id: 'boundary',
      header: 'What changes there',
      from: 'md',
      cell: (edge) => (
        <span className="flex flex-wrap gap-x-3">
          {marksOf(edge).map((mark) => (
            <span key={mark} className="flex items-center gap-1.5">
              <MarkIcon mark={mark} />
              {markWords[mark].word}
            </span>
          ))}
        </span>
      ),
    },
    { id: 'flow', header: 'Flow', from: 'lg', cell: (edge) => edge.flows.join(', ') },
    {
      id: 'asOf',
      header: 'Read',
      from: 'lg',
      cell: (edge) =>
        edge.pressure.measure === 'none' ? (
          <Unknown why={edge.pressure.why} />
        ) : (
          <Age at={edge.pressure.asOf} />
        ),
    },
  ];
};

/** The same as the picture, one row for everything that moves, worst first. */
export function MapTable({ model }: { model: MapModel }) {
  return (
    <DataTable
      label="What moves between the parts"
      rows={worstFirst(model.map.edges)}
      rowKey={(edge) => edge.id}
      rowHref={(edge) => {
        const to = model.node.get(edge.to);
        return to ? nodeHref(to) : '';
      }}
      columns={columnsOf(model)}
    />
  );
}
