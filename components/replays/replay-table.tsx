'use client';
import { paths } from '#lib/client/paths.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount } from '../ui/format.ts';
import { Quantity } from '../ui/quantity.tsx';
import { replaySigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { selectionText } from './selection-text.ts';
import { TimeLeft } from './time-left.tsx';

/** `96 of 212`, and what went wrong beside it. */
function Done({ replay }: { replay: ReplayView }) {
  const { progress, startedAt } = replay;
  if (startedAt === null) return <span className="text-faint">not started</span>;
  const bad = [
    ...(progress.cameBack > 0 ? [`${formatCount(progress.cameBack)} came back`] : []),
    ...(progress.failed > 0 ? [`${formatCount(progress.failed)} failed`] : []),
    ...(progress.unknown > 0 ? [`${formatCount(progress.unknown)} unknown`] : []),
  ];
  return (
    <span>
      <span className="whitespace-nowrap">
        {formatCount(progress.records - progress.remaining)} of {formatCount(progress.records)}
      </span>
      {bad.map((each) => (
        <span key={each} className="block text-xs whitespace-nowrap text-act">
          {each}
        </span>
      ))}
    </span>
  );
}

const columns: readonly Column<ReplayView>[] = [
  {
    id: 'state',
    header: 'State',
    className: 'whitespace-nowrap',
    from: 'sm',
    cell: (replay) => <StatusSign sign={replaySigns[replay.state]} />,
  },
  {
    id: 'replay',
    header: 'Replay',
    primary: true,
    className: 'sm:whitespace-nowrap',
    cell: (replay) => <span className="font-medium">{replay.id}</span>,
  },
  {
    id: 'what',
    header: 'What and why',
    className: 'w-full sm:max-w-0',
    cell: (replay) => (
      <span className="flex flex-col gap-0.5">
        <span className="sm:hidden">
          <StatusSign sign={replaySigns[replay.state]} />
        </span>
        <span className="[overflow-wrap:anywhere] sm:truncate">
          {replay.consequence ?? `${selectionText(replay.source.selection)} to ${replay.destination.topic}`}
        </span>
        <span className="text-xs text-muted [overflow-wrap:anywhere] sm:truncate">
          “{replay.reason}”{replay.ticket === null ? '' : ` · ${replay.ticket}`}
        </span>
      </span>
    ),
  },
  {
    id: 'records',
    header: 'Records',
    align: 'right',
    from: 'sm',
    cell: (replay) => <Quantity value={replay.manifest?.records ?? null} why="not frozen yet" />,
  },
  { id: 'done', header: 'Done', align: 'right', from: 'md', cell: (replay) => <Done replay={replay} /> },
  { id: 'by', header: 'Asked by', from: 'md', cell: (replay) => replay.requester },
  {
    id: 'left',
    header: 'Time left',
    help: 'To submit, approve or start',
    align: 'right',
    from: 'xl',
    cell: (replay) => <TimeLeft replay={replay} short />,
  },
  {
    id: 'created',
    header: 'Drafted',
    align: 'right',
    from: 'lg',
    cell: (replay) => <Age at={replay.createdAt} />,
  },
];

export const ReplayTable = ({ replays }: { replays: readonly ReplayView[] }) => (
  <DataTable
    label="Replays"
    rows={replays}
    rowKey={(replay) => replay.id}
    rowHref={(replay) => paths.replay(replay.id)}
    columns={columns}
  />
);
